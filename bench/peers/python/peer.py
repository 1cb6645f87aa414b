"""Python's client, for the benchmark: builds the registry that a plan describes, and prints it or times how
long printing takes. `peer.py <client> dump <rounds>` or `peer.py <client> measure <milliseconds>`, the plan
on standard input; see planText in workloads.ts."""

import json
import sys
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

COUNTER_CHANGE = 1
GAUGE_CHANGE = 0.25
BATCH_NS = 20_000_000


def build(plan):
    registry = CollectorRegistry()
    changes = []
    family = None
    for line in plan:
        mark, *fields = line.rstrip("\n").split("\t")
        if mark == "F":
            kind, name, help_text, label_names, bounds = fields
            label_names = label_names.split(",") if label_names else []
            bounds = [float(bound) for bound in bounds.split(",") if bound]
            options = {"buckets": bounds} if kind == "histogram" else {}
            kinds = {"counter": Counter, "gauge": Gauge, "histogram": Histogram}
            family = kinds[kind](name, help_text, label_names, registry=registry, **options)
            continue
        initial, counts, *label_values = fields
        child = family.labels(*label_values) if label_values else family
        if kind == "histogram":
            for bucket, count in enumerate(counts.split(",")):
                value = bounds[bucket] if bucket < len(bounds) else bounds[-1] * 2
                for _ in range(int(count)):
                    child.observe(value)
            changes.append((child.observe, bounds[0]))
        else:
            child.inc(float(initial))
            changes.append((child.inc, COUNTER_CHANGE if kind == "counter" else GAUGE_CHANGE))

    def change():
        """Every number that a scrape shows is another afterwards."""
        for write, amount in changes:
            write(amount)

    return registry, change


def measure(registry, change, budget_ns):
    """As measureEach in harness.ts."""

    def once():
        change()
        start = time.process_time_ns()
        generate_latest(registry)
        return time.process_time_ns() - start

    spent = warmed = 0
    while warmed < 5 or spent < budget_ns / 2:
        spent += once()
        warmed += 1
    spent = 0
    samples = []
    while spent < budget_ns or len(samples) < 5:
        total = times = 0
        while total < BATCH_NS:
            total += once()
            times += 1
        spent += total
        samples.append(total / times)
    return samples


if __name__ == "__main__":
    _, _client, act, number = sys.argv
    # No other client prints a line for the time at which each series began.
    disable_created_metrics()
    registry, change = build(sys.stdin)
    if act == "dump":
        for _ in range(int(number)):
            change()
        sys.stdout.buffer.write(generate_latest(registry))
    else:
        print(json.dumps(measure(registry, change, int(number) * 1_000_000)))
