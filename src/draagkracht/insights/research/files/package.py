"""All files of an export in one ZIP, with their checksums."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from django.utils.translation import override

from ..dataset import Dataset
from .ddi import codebook_xml
from .documents import codebook_html, licences, readme
from .plain_files import EPOCH, write_csv, write_xlsx
from .r_script import script
from .statistics_files import write_dta, write_parquet, write_sav

PREFIX, LONGEST_MAKING = "research-", 3600  # seconds
TABLES: dict[str, Callable[[Dataset, Path], None]] = {
    "data.csv": write_csv,
    "data.dta": write_dta,
    "data.parquet": write_parquet,
    "data.sav": write_sav,
    "data.xlsx": write_xlsx,
}
DOCUMENTS: dict[str, Callable[[Dataset], str]] = {
    "LICENCES.txt": licences,
    "README.txt": readme,
    "codebook.html": codebook_html,
    "read.R": script,
}


def write_package(data: Dataset, target: IO[bytes], folder: Path) -> str:
    """Writes the ZIP and returns its SHA-256. The files stand in `folder` for a moment, where nobody else may read."""
    with override(data.about.language), tempfile.TemporaryDirectory(prefix=PREFIX, dir=folder) as made:
        _sweep(folder)
        place = Path(made)
        for name, write in TABLES.items():
            write(data, place / name)
        for name, told in DOCUMENTS.items():
            (place / name).write_text(told(data), encoding="utf-8", newline="\n")
        (place / "codebook.xml").write_bytes(codebook_xml(data))
        files = sorted(place.iterdir())
        sums = "".join(f"{_digest(file)}  {file.name}\n" for file in files)
        with zipfile.ZipFile(target, "w") as package:
            for file in files:
                _add(package, file.name, file)
            (place / "SHA256SUMS").write_text(sums, encoding="ascii")
            _add(package, "SHA256SUMS", place / "SHA256SUMS")
    target.seek(0)
    return hashlib.file_digest(target, "sha256").hexdigest()  # type: ignore[arg-type]


def _sweep(folder: Path) -> None:
    """Takes away what a making that was cut off left behind."""
    for left in folder.glob(f"{PREFIX}*"):
        if time.time() - left.stat().st_mtime > LONGEST_MAKING:
            shutil.rmtree(left, ignore_errors=True)


def _add(package: zipfile.ZipFile, name: str, file: Path) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    packed = name.endswith((".xlsx", ".parquet"))
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    with package.open(entry, "w", force_zip64=True) as there, file.open("rb") as here:
        while piece := here.read(2**20):
            there.write(piece)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
