"""Reads delimited protobuf with Python's own library: read-protobuf.py FILE…, files of bytes, or of hexadecimals where the
name ends in `.hex`.

Each file has to be accepted, to hold no field that the schema lacks, no empty name, and in each metric the value of its
type. Exit code 77: no such files.
"""
import os
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.internal import decoder
from google.protobuf.unknown_fields import UnknownFieldSet

F = descriptor_pb2.FieldDescriptorProto
STAMP = ".google.protobuf.Timestamp"
# By message: name, number, type and, of messages, which; a star marks what is repeated.
SCHEMA = {
    "LabelPair": "name 1 string, value 2 string",
    "Gauge": "value 1 double",
    "Untyped": "value 1 double",
    "Exemplar": f"label 1 *LabelPair, value 2 double, timestamp 3 {STAMP}",
    "Counter": f"value 1 double, exemplar 2 Exemplar, start 3 {STAMP}",
    "Quantile": "quantile 1 double, value 2 double",
    "Summary": f"sample_count 1 uint64, sample_sum 2 double, quantile 3 *Quantile, start 4 {STAMP}",
    "Bucket": "cumulative_count 1 uint64, upper_bound 2 double, exemplar 3 Exemplar, cumulative_count_float 4 double",
    "BucketSpan": "offset 1 sint32, length 2 uint32",
    "Histogram": "sample_count 1 uint64, sample_sum 2 double, bucket 3 *Bucket, sample_count_float 4 double, schema 5 sint32, "
    "zero_threshold 6 double, zero_count 7 uint64, zero_count_float 8 double, negative_span 9 *BucketSpan, negative_delta 10 *sint64, "
    "negative_count 11 *double, positive_span 12 *BucketSpan, positive_delta 13 *sint64, positive_count 14 *double, "
    f"start 15 {STAMP}, exemplars 16 *Exemplar",
    "Metric": "label 1 *LabelPair, gauge 2 Gauge, counter 3 Counter, summary 4 Summary, untyped 5 Untyped, timestamp_ms 6 int64, histogram 7 Histogram",
    "MetricFamily": "name 1 string, help 2 string, type 3 int32, metric 4 *Metric, unit 5 string",
}
VALUES = ["counter", "gauge", "summary", "untyped", "histogram", "histogram"]


def family_class():
    from google.protobuf import timestamp_pb2  # known to the pool from here on

    file = descriptor_pb2.FileDescriptorProto(name="metrics.proto", package="p", syntax="proto2", dependency=[timestamp_pb2.DESCRIPTOR.name])
    for name, fields in SCHEMA.items():
        message = file.message_type.add(name=name)
        for field in fields.split(", "):
            field_name, number, kind = field.split(" ")
            label = F.LABEL_REPEATED if kind.startswith("*") else F.LABEL_OPTIONAL
            kind = kind.lstrip("*")
            added = message.field.add(name=field_name, number=int(number), label=label)
            if kind in SCHEMA or kind == STAMP:
                added.type, added.type_name = F.TYPE_MESSAGE, kind if kind == STAMP else f".p.{kind}"
            else:
                added.type = getattr(F, f"TYPE_{kind.upper()}")
    pool = descriptor_pool.Default()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("p.MetricFamily"))


def unknown_in(message):
    """The first field, at any depth, that the schema lacks."""
    for field in UnknownFieldSet(message):
        return f"{message.DESCRIPTOR.name} has a field {field.field_number}"
    for field, value in message.ListFields():
        if field.type == F.TYPE_MESSAGE:
            for inner in value if field.is_repeated else [value]:
                if (found := unknown_in(inner)) is not None:
                    return found
    return None


def complaint_of(data, family_type):
    at = metrics = 0
    while at < len(data):
        length, start = decoder._DecodeVarint32(data, at)
        family = family_type.FromString(data[start : start + length])
        at = start + length
        if at > len(data):
            return metrics, f"{at - len(data)} bytes are missing at the end"
        if (unknown := unknown_in(family)) is not None:
            return metrics, unknown
        if not family.name:
            return metrics, "a family has no name"
        for metric in family.metric:
            metrics += 1
            if not metric.HasField(VALUES[family.type]):
                return metrics, f"a metric of {family.name} has no {VALUES[family.type]}"
    return metrics, None


files = [name for name in sys.argv[1:] if os.path.exists(name)]
if not files:
    print(f"there are no files {' '.join(sys.argv[1:])} yet: NOT CHECKED")
    sys.exit(77)

family_type = family_class()
failed = 0
total = 0
for name in files:
    with open(name, "rb") as file:
        data = file.read()
    if name.endswith(".hex"):
        data = bytes.fromhex(data.decode())
    try:
        metrics, complaint = complaint_of(data, family_type)
    except Exception as error:  # whatever the library raises
        metrics, complaint = 0, repr(error)
    total += metrics
    if complaint is not None:
        failed += 1
        print(f"{name}: {complaint}")
print(f"{total} metrics in {len(files)} files, {failed} files failed")
sys.exit(1 if failed or total == 0 else 0)
