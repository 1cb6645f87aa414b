//! Rust's client, for the benchmark: builds the registry that a plan describes, and prints it or times how
//! long printing takes. `peer <client> dump <rounds>` or `peer <client> measure <milliseconds>`, the plan on
//! standard input; see planText in workloads.ts.

use std::io::{BufRead, Write};
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

type Labels = Vec<(String, String)>;
type FloatGauge = Gauge<f64, AtomicU64>;

const COUNTER_CHANGE: u64 = 1;
const GAUGE_CHANGE: f64 = 0.25;

enum Change {
    Counter(Counter),
    Gauge(FloatGauge),
    Histogram(Histogram, f64),
}

struct Built {
    registry: Registry,
    changes: Vec<Change>,
}

struct SeriesPlan {
    initial: f64,
    counts: Vec<u64>,
    label_values: Vec<String>,
}

struct FamilyPlan {
    kind: String,
    name: String,
    help: String,
    label_names: Vec<String>,
    bounds: Vec<f64>,
    series: Vec<SeriesPlan>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number: u64 = arguments[3].parse().expect("a number");
    let built = build(&read_plan());
    let mut buffer = String::new();
    if arguments[2] == "dump" {
        for _ in 0..number {
            built.change();
        }
        built.scrape(&mut buffer);
        std::io::stdout().write_all(buffer.as_bytes()).expect("a reader");
        return;
    }
    let samples = measure(&built, &mut buffer, number * 1_000_000);
    println!("{samples:?}");
}

impl Built {
    /// Every number that a scrape shows is another afterwards.
    fn change(&self) {
        for change in &self.changes {
            match change {
                Change::Counter(counter) => {
                    counter.inc_by(COUNTER_CHANGE);
                }
                Change::Gauge(gauge) => {
                    gauge.inc_by(GAUGE_CHANGE);
                }
                Change::Histogram(histogram, value) => histogram.observe(*value),
            }
        }
    }

    fn scrape(&self, buffer: &mut String) {
        buffer.clear();
        encode(buffer, &self.registry).expect("room for it");
    }
}

/// As measureEach in harness.ts.
fn measure(built: &Built, buffer: &mut String, budget: u64) -> Vec<f64> {
    const BATCH: u64 = 20_000_000;
    let mut once = || {
        built.change();
        let start = processor_ns();
        built.scrape(buffer);
        processor_ns() - start
    };
    let mut spent = 0;
    let mut warmed = 0;
    while warmed < 5 || spent < budget / 2 {
        spent += once();
        warmed += 1;
    }
    spent = 0;
    let mut samples = Vec::new();
    while spent < budget || samples.len() < 5 {
        let (mut total, mut times) = (0, 0);
        while total < BATCH {
            total += once();
            times += 1;
        }
        spent += total;
        samples.push(total as f64 / times as f64);
    }
    samples
}

fn processor_ns() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: it writes to a timespec that is there.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

fn build(plan: &[FamilyPlan]) -> Built {
    let mut registry = Registry::default();
    let mut changes = Vec::new();
    for family in plan {
        match family.kind.as_str() {
            "counter" => {
                let counters = Family::<Labels, Counter>::default();
                // It adds the suffix itself, and a full stop to the help.
                registry.register(family.name.trim_end_matches("_total"), family.help.as_str(), counters.clone());
                for series in &family.series {
                    let child = counters.get_or_create(&labels(family, series)).clone();
                    child.inc_by(series.initial as u64);
                    changes.push(Change::Counter(child));
                }
            }
            "gauge" => {
                let gauges = Family::<Labels, FloatGauge>::default();
                registry.register(family.name.as_str(), family.help.as_str(), gauges.clone());
                for series in &family.series {
                    let child = gauges.get_or_create(&labels(family, series)).clone();
                    child.set(series.initial);
                    changes.push(Change::Gauge(child));
                }
            }
            "histogram" => {
                let bounds = family.bounds.clone();
                let create = move || Histogram::new(bounds.iter().copied());
                let histograms = Family::<Labels, Histogram, _>::new_with_constructor(create);
                registry.register(family.name.as_str(), family.help.as_str(), histograms.clone());
                for series in &family.series {
                    let child = histograms.get_or_create(&labels(family, series)).clone();
                    for (bucket, count) in series.counts.iter().enumerate() {
                        let value = family.bounds.get(bucket).copied().unwrap_or(family.bounds[family.bounds.len() - 1] * 2.0);
                        for _ in 0..*count {
                            child.observe(value);
                        }
                    }
                    changes.push(Change::Histogram(child, family.bounds[0]));
                }
            }
            other => panic!("no such type: {other}"),
        }
    }
    Built { registry, changes }
}

fn labels(family: &FamilyPlan, series: &SeriesPlan) -> Labels {
    family.label_names.iter().cloned().zip(series.label_values.iter().cloned()).collect()
}

fn read_plan() -> Vec<FamilyPlan> {
    let mut families: Vec<FamilyPlan> = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("UTF-8");
        let fields: Vec<&str> = line.split('\t').collect();
        if fields[0] == "F" {
            families.push(FamilyPlan {
                kind: fields[1].to_string(),
                name: fields[2].to_string(),
                help: fields[3].to_string(),
                label_names: list(fields[4]),
                bounds: list(fields[5]),
                series: Vec::new(),
            });
        } else {
            families.last_mut().expect("a family first").series.push(SeriesPlan {
                initial: fields[1].parse().expect("a number"),
                counts: list(fields[2]),
                label_values: fields[3..].iter().map(|value| value.to_string()).collect(),
            });
        }
    }
    families
}

fn list<T: std::str::FromStr>(text: &str) -> Vec<T> {
    text.split(',').filter(|each| !each.is_empty()).map(|each| each.parse().ok().expect("a value")).collect()
}
