"""What a staff file can tell, and by which headings Dutch and English personnel systems call it."""

import re
import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Field -> what it is called on the page, in the order of the page.
FIELDS: dict[str, str | Promise] = {
    "staff_number": _("Staff number"),
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail"),
    "unit": _("Unit: code, or path such as “Home care / North”"),
    "unit_name": _("Name of the unit"),
    "parent": _("Code of the unit above"),
    "department": _("Department"),
    "team": _("Team"),
    "profession": _("Profession"),
    "contract": _("Kind of contract"),
    "shift": _("Type of shift"),
    "starts_on": _("Start date"),
    "ends_on": _("Last working day"),
    "language": _("Language"),
}

HEADINGS: dict[str, str] = {
    "staff_number": "personeelsnummer persnr persnummer personeelsnr medewerkernummer medewerkernr medewerkerid "
    "werknemersnummer werknemernummer stamnummer stamnr staffnumber staffno staffnr staffid employeenumber employeeno "
    "employeeid payrollnumber id nr nummer number",
    "name": "naam volledigenaam medewerker medewerkernaam werknemer name fullname employee employeename",
    "first_name": "voornaam roepnaam firstname givenname",
    "last_name": "achternaam familienaam lastname surname familyname",
    "email": "email emailadres mail mailadres werkmail emailwerk emailaddress workemail epost",
    "unit": "eenheid eenheidcode unit unitcode orgeenheid organisatieeenheid oe kostenplaats costcentre costcenter pad "
    "path code afdelingscode teamcode",
    "unit_name": "eenheidnaam naameenheid unitname omschrijvingeenheid kostenplaatsnaam",
    "parent": "bovenliggend bovenliggendeeenheid bovenliggendecode oudercode ouder parent parentcode parentunit "
    "bovenliggendeunit",
    "department": "afdeling dienst sector cluster department division departement",
    "team": "team teamnaam ploeg groep teamname",
    "profession": "functie functienaam beroep functiebenaming profession jobtitle job occupation role",
    "contract": "contract contracttype contractsoort contractvorm soortcontract typecontract dienstverband "
    "soortdienstverband statuut arbeidsrelatie kindofcontract contractkind typeofcontract employmenttype",
    "shift": "shift shifttype typeofshift diensttype dienstsoort soortdienst typedienst ploegendienst dienstrooster "
    "rooster roostertype uurrooster ploegenstelsel workpattern rota schedule",
    "starts_on": "startdatum begindatum indienst datumindienst indiensttreding ingangsdatum startdate start hiredate "
    "startson",
    "ends_on": "einddatum uitdienst datumuitdienst uitdiensttreding laatstewerkdag enddate end leavingdate endson "
    "lastworkingday",
    "language": "taal language lang voorkeurstaal",
}

_FIELD_OF = {heading: field for field, headings in HEADINGS.items() for heading in headings.split()}


def guess(header: tuple[str, ...]) -> dict[str, int]:
    """Field -> number of the column (from 0) whose heading says so; the first column of that name wins."""
    found: dict[str, int] = {}
    for number, heading in enumerate(header):
        field = _FIELD_OF.get(_bare(heading))
        if field and field not in found:
            found[field] = number
    return found


def _bare(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", plain)


def problems(columns: dict[str, int]) -> list[str | Promise]:
    """What is missing before rows can be read, as sentences; empty when nothing is."""
    found: list[str | Promise] = []
    if not {"staff_number", "email"} & set(columns):
        found.append(_("Choose a column with the staff number or the e-mail: without one we cannot tell people apart."))
    if not {"name", "first_name", "last_name"} & set(columns):
        found.append(_("Choose a column with the name."))
    if not {"unit", "department", "team"} & set(columns):
        found.append(_("Choose a column that says where people work: the unit, the department or the team."))
    if {"parent", "unit_name"} & set(columns) and "unit" not in columns:
        found.append(_("The unit above and the name of the unit also need a column with the code of the unit."))
    if "unit" in columns and {"department", "team"} & set(columns):
        found.append(_("Choose either the unit, or the department and the team; not both."))
    return found
