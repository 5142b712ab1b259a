"""All settings, from the environment (DRAAGKRACHT_*); docs/reference/settings.md lists each with its default."""

from pathlib import Path

from draagkracht.config import environment as env

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(env.text("DATA", "data")).expanduser().absolute()

DEBUG = env.flag("DEBUG")
# Demo mode loosens sign-in; the command `draagkracht demo` is the only one that sets it, and binds to loopback.
DEMO = env.flag("DEMO")
SECRET_KEY = env.secret("SECRET_KEY", DATA)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Wraps the keys of persons in the vault; never stored in either database.
MASTER_KEY = env.secret("MASTER_KEY", DATA)
MASTER_KEY_FALLBACKS = env.words("MASTER_KEY_FALLBACKS")
SITE_URL = env.text("SITE_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.words("HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "draagkracht.ui.views.csrf_failure"
SECURE = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "draagkracht.ui",
    "draagkracht.people",
    "draagkracht.consent",
    "draagkracht.consent.vault",
    "draagkracht.outbox",
    "draagkracht.instruments",
    "draagkracht.surveys",
    "draagkracht.figures",
    "draagkracht.ballots",
    "draagkracht.insights",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
]

MIDDLEWARE = [
    "draagkracht.config.faults.FaultsMiddleware",
    "draagkracht.surveys.quick.SaveMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "draagkracht.config.access.AccessMiddleware",
]

ROOT_URLCONF = "draagkracht.config.urls"
WSGI_APPLICATION = "draagkracht.config.wsgi.application"
FORM_RENDERER = "draagkracht.ui.forms.FormRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "draagkracht.ui.context.page",
                "draagkracht.config.navigation.menus",
            ],
        },
    }
]

DATABASES = {
    "default": env.database(env.text("DATABASE_URL", f"sqlite:///{DATA}/draagkracht.sqlite3"), "DATABASE_URL"),
    "vault": env.database(env.text("VAULT_URL", f"sqlite:///{DATA}/vault.sqlite3"), "VAULT_URL"),
}
DATABASE_ROUTERS = ["draagkracht.config.router.VaultRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "draagkracht.people.sign_in.AccountAdapter"
ACCOUNT_USER_DISPLAY = "draagkracht.people.sign_in.display_name"
# An address gets few mails in a row; a network (a hospital behind one address) gets many.
ACCOUNT_RATE_LIMITS = {"request_login_code": "30/m/ip,3/m/key,20/d/key", "login": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("BEHIND_PROXY") else 0
MFA_ADAPTER = "draagkracht.people.sign_in.SecondFactorAdapter"
MFA_FORMS = {"add_webauthn": "draagkracht.people.forms.AddPasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Draagkracht"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE

# Counts of requests must hold for every worker process, so they live in the database; addresses only as a hash.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "draagkracht_cache",
        "KEY_FUNCTION": "draagkracht.config.environment.cache_key",
        "OPTIONS": {"MAX_ENTRIES": 10000},
    }
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "accelerometer", "gyroscope")
}

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "config" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "Europe/Brussels")

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC", str(DATA / "static")))
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(DATA / "files")}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 2**20

# Mail is always queued in the outbox first; the worker hands it to this server, and keeps it while the server is down.
EMAIL_BACKEND = "draagkracht.outbox.backend.OutboxBackend"
OUTBOX_DELIVERY = env.text("MAIL_DELIVERY", "smtp")  # smtp | file (demo: data/mail)
EMAIL_HOST = env.text("MAIL_HOST", "localhost")
EMAIL_PORT = int(env.text("MAIL_PORT", "25"))
EMAIL_HOST_USER = env.text("MAIL_USER")
EMAIL_HOST_PASSWORD = env.text("MAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("MAIL_STARTTLS")
EMAIL_USE_SSL = env.flag("MAIL_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Draagkracht <draagkracht@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Own identity provider (OIDC); empty = not offered. It vouches for addresses; accounts are matched by them, never made.
OIDC_SECOND_FACTOR = env.flag("OIDC_SECOND_FACTOR")  # it asks for a second factor itself
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
if env.text("OIDC_SERVER"):
    # A form that leads on to the provider's own page is a form action too.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append("/".join(env.text("OIDC_SERVER").split("/")[:3]))
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "VERIFIED_EMAIL": True,
            "APPS": [
                {
                    "provider_id": "own",
                    "name": env.text("OIDC_NAME", "OIDC"),
                    "client_id": env.text("OIDC_CLIENT_ID"),
                    "secret": env.text("OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": env.text("OIDC_SERVER")},
                }
            ],
        }
    }

# Asked before an import of staff is taken back: (organisation, moment of the import) -> a survey was open since.
STAFF_UNDO_UNLESS = "draagkracht.surveys.measured.open_since"

# Asked by the review of a questionnaire: (questionnaire) -> the waves that ask or will ask one of its versions; and by its
# budget of time: (organisation, a day) -> the most minutes that anybody is asked for in the quarter of that day.
QUESTIONNAIRE_WAVES = "draagkracht.surveys.measured.waves_of"
MINUTES_ASKED = "draagkracht.surveys.measured.minutes_asked"
# Asked by the page of a closed wave: (its id, its unit, standing) -> since when and where its figures are published, or None.
WAVE_RESULTS = "draagkracht.insights.results.of_wave"
# Minutes of answering for one person in a quarter of a year. Twenty: a long round of ten to fifteen minutes and a pulse
# or two beside it, or a weekly minute and a half. A choice of the product, to be adapted; no study says where it lies.
BURDEN_MINUTES = float(env.text("BURDEN_MINUTES", "20"))

# Days that an archive of keys (and so the power to read an erased person's old backup) may live.
KEY_ARCHIVE_DAYS = int(env.text("KEY_ARCHIVE_DAYS", "30"))

# Folders (comma between) with instrument files of this installation, beside those of the product.
CATALOGUE_DIRS = env.words("CATALOGUE")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "draagkracht.config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "WARNING")},
}
