#!/usr/bin/env python3
"""A deployment package that is the same bytes for the same input: fixed times, fixed order, mode
0755.  make_zip.py OUT.zip FILE..."""

import pathlib
import sys
import zipfile

out, *files = sys.argv[1:]
temporary = pathlib.Path(out + ".part")
with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
    for name in sorted(files, key=lambda path: pathlib.Path(path).name):
        path = pathlib.Path(name)
        entry = zipfile.ZipInfo(path.name, date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3  # Unix, so that the mode counts
        entry.external_attr = (0o100755 << 16)
        package.writestr(entry, path.read_bytes())
temporary.rename(out)
