"""Reads expositions with the parsers of Python's official client: read.py text|openmetrics FILE…

Each file has to be accepted, and to have as many samples as it has sample lines. Exit code 77: no such files.
"""
import os
import sys

from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client import parser as text

parse = {"text": text, "openmetrics": openmetrics}[sys.argv[1]].text_string_to_metric_families
files = [name for name in sys.argv[2:] if os.path.exists(name)]
if not files:
    print(f"there are no files {' '.join(sys.argv[2:])} yet: NOT CHECKED")
    sys.exit(77)

failed = 0
total = 0
for name in files:
    with open(name, encoding="utf-8", newline="") as file:
        exposition = file.read()
    expected = sum(1 for line in exposition.split("\n") if line and not line.startswith("#"))
    try:
        found = sum(len(family.samples) for family in parse(exposition))
        complaint = None if found == expected else f"{expected} sample lines, and {found} samples read"
    except Exception as error:  # the parsers raise errors of many kinds
        complaint = repr(error)
    total += expected
    if complaint is not None:
        failed += 1
        print(f"{name}: {complaint}")
print(f"{total} samples in {len(files)} files, {failed} files failed")
sys.exit(1 if failed or total == 0 else 0)
