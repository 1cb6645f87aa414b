/*!
 * promlet 0.1.0, promlet.js
 * Checksum: sha256 136d125f87c496fae3749702172027da361240fa3c1df5963869e7c6573de888, of this file with zeros here
 * A copy. Do not edit it: `npx promlet vendor --check` tells, and `npx promlet vendor` would overwrite it.
 *
 * MIT License
 *
 * Copyright (c) 2026 The promlet authors
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */
// @ts-self-types="./promlet.d.ts"
// lib/core/errors.ts
var MetricError = class extends Error {
  constructor(code, message, details) {
    super(message);
    this.name = "MetricError";
    this.code = code;
    this.collector = details?.collector;
    if (details?.cause !== void 0) this.cause = details.cause;
  }
};
function fault(code, subject, expected, given) {
  return new MetricError(code, `${subject}: expected ${expected}, got ${show(given)}`);
}
function show(value) {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}\u2026` : value);
  if (Array.isArray(value)) {
    const items = value.slice(0, 12).map((item) => Array.isArray(item) ? "a list" : show(item));
    return `[${items.join(", ")}${value.length > 12 ? ", \u2026" : ""}]`;
  }
  if (typeof value === "object" && value !== null) return `an object with the keys ${show(Object.keys(value))}`;
  return typeof value === "function" ? "a function" : String(value);
}

// lib/core/labels.ts
function labelText(subject, name, value) {
  if (isLabelValue(value)) return String(value);
  throw new MetricError("ERR_LABEL_VALUE", `${subject}: label ${show(name)}: expected a string, number or boolean, got ${show(value)}`);
}
function isLabelValue(value) {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
function escapeLabelValue(value) {
  return /[\\"\n]/.test(value) ? value.replace(/[\\"\n]/g, (found) => found === "\n" ? "\\n" : `\\${found}`) : value;
}
function toWellFormed(text2) {
  return /[\ud800-\udfff]/.test(text2) ? text2.replace(/[\ud800-\udfff]/gu, "\uFFFD") : text2;
}
function seriesKey(labels) {
  const present = Object.entries(labels).filter(([, value]) => value !== "");
  return JSON.stringify(present.sort(([a], [b]) => a < b ? -1 : 1));
}
function sampleStart(name, labelNames, labelValues) {
  const pairs = labelPairs(labelNames, labelValues);
  return flat(pairs.length === 0 ? ["\n", name, " "] : ["\n", name, "{", ...pairs, "} "]);
}
function bucketStart(name, labelNames, labelValues) {
  const pairs = labelPairs(labelNames, labelValues);
  return flat(pairs.length === 0 ? ["\n", name, '_bucket{le="'] : ["\n", name, "_bucket{", ...pairs, ',le="']);
}
function blockOfSampleStart(start, name) {
  return start.slice("\n".length + name.length);
}
function blockOfBucketStart(start, name) {
  const block = start.slice("\n_bucket".length + name.length, -',le="'.length);
  return block === "" ? " " : `${block}} `;
}
function labelPairs(names, values) {
  return names.map((name, i) => `${i === 0 ? "" : ","}${name}="${escapeLabelValue(values[i])}"`);
}
function flat(parts) {
  return parts.join("");
}

// lib/core/brand.ts
var BRAND = /* @__PURE__ */ Symbol.for("promlet.kind");
function isKind(thing, ...kinds) {
  return typeof thing === "object" && thing !== null && kinds.includes(thing[BRAND]);
}

// lib/core/clock.ts
var wallClock = () => Date.now();
var monotonicClock = () => {
  const { performance } = globalThis;
  return performance === void 0 ? Date.now() : performance.now();
};

// lib/metrics/label-tree.ts
var LabelTree = class {
  /** @param subject - Begins the messages, such as `Counter "jobs_total"`. */
  constructor(subject, names) {
    this.root = void 0;
    this.subject = subject;
    this.names = names;
  }
  /**
   * The series with these labels; `undefined` where there is none.
   *
   * @throws {MetricError} `ERR_LABELS` where names are missing or too many, `ERR_LABEL_VALUE` where a value
   * is no string, number or boolean.
   */
  find(labels) {
    const { names } = this;
    this.checkCount(labels);
    let entry = this.root;
    let depth = 0;
    while (entry instanceof Map) entry = entry.get(this.text(labels, depth++));
    if (entry === void 0) return void 0;
    for (; depth < names.length; depth++) {
      if (valueAt(entry, depth) !== this.text(labels, depth)) return void 0;
    }
    return entry;
  }
  /** The series with these values, in the order of the names; `undefined` where there is none. */
  findValues(values) {
    let entry = this.root;
    for (let depth = 0; entry instanceof Map; depth++) entry = entry.get(values[depth]);
    return entry !== void 0 && values.every((value, depth) => value === valueAt(entry, depth)) ? entry : void 0;
  }
  /** Takes in a series that `findValues` does not know. */
  add(series) {
    const { levels, entry } = this.pathTo(series);
    const depth = levels.length;
    const added = entry === void 0 ? series : parted(entry, series, depth);
    if (depth === 0) this.root = added;
    else levels[depth - 1].set(valueAt(series, depth - 1), added);
  }
  /** Takes out a series that is there, and the levels that this leaves empty. */
  delete(series) {
    const { levels } = this.pathTo(series);
    for (let depth = levels.length - 1; depth >= 0; depth--) {
      levels[depth].delete(valueAt(series, depth));
      if (levels[depth].size > 0) return;
    }
    this.root = void 0;
  }
  // The levels on the way to where the series has its place, and the series that stands there.
  pathTo(series) {
    const levels = [];
    let entry = this.root;
    while (entry instanceof Map) {
      levels.push(entry);
      entry = entry.get(valueAt(series, levels.length - 1));
    }
    return { levels, entry };
  }
  clear() {
    this.root = void 0;
  }
  /**
   * The values to keep of a new series: strings, in the order of the names, and valid Unicode: a surrogate
   * that stands alone becomes U+FFFD, since no UTF-8 can carry it.
   *
   * @throws {MetricError} as `find` does
   */
  values(labels) {
    this.checkCount(labels);
    return this.names.map((_, depth) => toWellFormed(this.text(labels, depth)));
  }
  /**
   * The same of values that are given in the order of the names.
   *
   * @throws {MetricError} `ERR_LABELS` where there are not as many as names, `ERR_LABEL_VALUE`
   */
  orderedValues(given) {
    if (given.length !== this.names.length) {
      throw new MetricError("ERR_LABELS", `${this.subject}: expected a value for each label of ${show(this.names)}, got ${show(given)}`);
    }
    return given.map((value, depth) => toWellFormed(labelText(this.subject, this.names[depth], value)));
  }
  checkCount(labels) {
    let given = 0;
    for (const _ in labels) given++;
    if (given !== this.names.length) this.mismatch(labels);
  }
  text(labels, depth) {
    const name = this.names[depth];
    const value = labels[name];
    if (typeof value === "string") return value;
    if (!isLabelValue(value) && !Object.hasOwn(labels, name)) return this.mismatch(labels);
    return labelText(this.subject, name, value);
  }
  mismatch(labels) {
    const given = Object.keys(labels ?? {});
    const missing = this.names.filter((name) => !given.includes(name));
    const extra = given.filter((name) => !this.names.includes(name));
    const faults = [
      missing.length > 0 ? `${show(missing)} missing` : "",
      extra.length > 0 ? `${show(extra)} not declared` : ""
    ];
    throw new MetricError(
      "ERR_LABELS",
      `${this.subject}: expected the labels ${show(this.names)}, got ${show(given)} (${faults.filter(Boolean).join(", ")})`
    );
  }
};
function valueAt({ firstValue, otherValues }, depth) {
  return depth === 0 ? firstValue : otherValues[depth - 1];
}
function parted(one, other, depth) {
  const [value, otherValue] = [valueAt(one, depth), valueAt(other, depth)];
  if (value === otherValue) return /* @__PURE__ */ new Map([[value, parted(one, other, depth + 1)]]);
  return /* @__PURE__ */ new Map([[value, one], [otherValue, other]]);
}

// lib/core/types.ts
var HISTOGRAM_FIELDS = ["bounds", "counts", "sum", "exemplars", "createdMs"];
var TYPES = {
  counter: { text: "counter", ending: "_total", suffixes: ["_total", "_created"], fields: ["value", "exemplar", "createdMs"] },
  gauge: { text: "gauge", ending: "", suffixes: [], fields: ["value"] },
  unknown: { text: "untyped", ending: "", suffixes: [], fields: ["value"] },
  histogram: { text: "histogram", ending: "", suffixes: ["_bucket", "_sum", "_count", "_created"], reserved: "le", fields: HISTOGRAM_FIELDS },
  gaugehistogram: { text: "histogram", ending: "", suffixes: ["_bucket", "_gsum", "_gcount", "_sum", "_count"], reserved: "le", fields: HISTOGRAM_FIELDS },
  summary: { text: "summary", ending: "", suffixes: ["_sum", "_count", "_created"], reserved: "quantile", fields: ["quantiles", "sum", "count", "createdMs"] },
  info: { text: "gauge", ending: "_info", suffixes: ["_info"], fields: [] },
  stateset: { text: "gauge", ending: "", suffixes: [], reserved: true, fields: ["states"] }
};

// lib/core/names.ts
var METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
var LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
function isMetricName(name) {
  return typeof name === "string" && METRIC_NAME.test(name);
}
function isLabelName(name) {
  return typeof name === "string" && LABEL_NAME.test(name);
}
function checkMetricName(kind, name) {
  if (isMetricName(name)) return;
  throw new MetricError(
    "ERR_METRIC_NAME",
    `${kind} ${show(name)}: expected a name of letters, digits, "_" and ":" that does not begin with a digit, got ${show(name)}`
  );
}
function reservedLabel(type, name) {
  const { reserved } = TYPES[type];
  return reserved === true ? name : reserved;
}
function checkLabelNames(subject, names, reserved) {
  const seen = /* @__PURE__ */ new Set();
  for (const name of names) {
    if (!isLabelName(name)) {
      throw new MetricError(
        "ERR_LABEL_NAME",
        `${subject}: expected a label name of letters, digits and "_" that does not begin with a digit, got ${show(name)}`
      );
    }
    if (name.startsWith("__")) {
      throw new MetricError("ERR_LABEL_NAME", `${subject}: label ${show(name)} is reserved: names that begin with "__" belong to Prometheus`);
    }
    if (name === reserved) {
      throw new MetricError("ERR_LABEL_NAME", `${subject}: label ${show(name)} is reserved: the writers add it to each ${{ le: "bucket", quantile: "quantile" }[name] ?? "state"}`);
    }
    if (seen.has(name)) throw new MetricError("ERR_LABEL_NAME", `${subject}: label ${show(name)} is given twice`);
    seen.add(name);
  }
}
function familyName(name, type) {
  const { ending } = TYPES[type];
  return ending !== "" && name.length > ending.length && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}
function sampleNames(name, type) {
  const family = familyName(name, type);
  return ["", ...TYPES[type].suffixes].map((suffix) => family + suffix);
}

// lib/metrics/exemplars.ts
var MAX_LENGTH = 128;
var INTERVAL_MS = 5e3;
function checkedExemplar(given, writtenValue, nowMs) {
  const isDetailed = typeof given.labels === "object" && given.labels !== null;
  const { labels, value = writtenValue, timestampMs = nowMs } = isDetailed ? given : { labels: given };
  const kept = {};
  let length = 0;
  for (const [name, text2] of Object.entries(labels)) {
    if (!isLabelName(name) || name.startsWith("__")) {
      throw new RangeError(`expected a label name of letters, digits and "_" that begins with no digit and no "__", got ${show(name)}`);
    }
    const wellFormed = toWellFormed(String(text2));
    kept[name] = wellFormed;
    length += name.length + [...wellFormed].length;
  }
  if (length > MAX_LENGTH) throw new RangeError(`expected names and values of at most ${MAX_LENGTH} characters together, got ${length}`);
  if (!(typeof value === "number" && Number.isFinite(timestampMs))) throw new RangeError(`expected numbers as value and time, got ${show([value, timestampMs])}`);
  return { labels: kept, value, timestampMs };
}
function sampledExemplar(current, value, before, nowMs) {
  if (before?.timestampMs !== void 0 && nowMs - before.timestampMs < INTERVAL_MS && nowMs >= before.timestampMs) return before;
  const labels = current();
  return labels === void 0 ? before : checkedExemplar(labels, value, nowMs);
}

// lib/metrics/last-writes.ts
var LOOKS = 8;
var LastWrites = class {
  constructor(ttlSeconds, clock) {
    // Beside the series, not in them: those of other instruments have the same shape and shall not pay for this.
    this.writtenMs = /* @__PURE__ */ new Map();
    this.unspentLooks = 0;
    this.ttlMs = ttlSeconds * 1e3;
    this.clock = clock;
  }
  /** Notes a write, now. False where the series' time was over before that: then nothing is noted. */
  note(series) {
    const nowMs = this.clock();
    const beforeMs = this.writtenMs.get(series);
    if (beforeMs !== void 0 && nowMs - beforeMs >= this.ttlMs) return false;
    this.writtenMs.set(series, nowMs);
    return true;
  }
  forget(series) {
    this.writtenMs.delete(series);
  }
  clear() {
    this.writtenMs.clear();
  }
  /** Whether its time is over. */
  isStale(series) {
    return this.clock() - this.writtenMs.get(series) >= this.ttlMs;
  }
  /** All whose time is over. */
  stale() {
    const nowMs = this.clock();
    const found = [];
    for (const [series, writtenMs] of this.writtenMs) if (nowMs - writtenMs >= this.ttlMs) found.push(series);
    return found;
  }
  /** The same for a write that finds no place. Few such writes look at all series, so that none costs much. */
  staleIfAffordable() {
    this.unspentLooks += LOOKS;
    if (this.unspentLooks < this.writtenMs.size) return [];
    this.unspentLooks = 0;
    return this.stale();
  }
};

// lib/metrics/series-set.ts
var OVERFLOW = "_overflow_";
var LONGEST_VALUE = 131072;
function isOverflow(labelValues) {
  return labelValues.length > 0 && labelValues.every((value) => value === OVERFLOW);
}
var SeriesSet = class {
  /** @param subject - Begins the messages, such as `Counter "jobs_total"`. */
  constructor(subject, labelNames, options) {
    this.list = [];
    this.removedCount = 0;
    /** Whether somebody may be walking the list now, as a scrape that gives way in between does. */
    this.isShared = false;
    this.tree = new LabelTree(subject, labelNames);
    this.options = options;
    this.begin();
  }
  /** All series, in the order in which they were made. What is removed later stays in the list that was read. */
  get all() {
    this.takeOutAll(this.options.lastWrites?.stale());
    this.compact();
    this.isShared = true;
    return this.list;
  }
  /** The series to write to, by a write that asks `touch` where it is not plain. */
  at(labels) {
    return this.tree.find(labels) ?? this.withValues(this.tree.values(labels));
  }
  /** The same, by values in the order of the names. */
  atOrdered(values) {
    return this.withValues(this.tree.orderedValues(values));
  }
  /** The same for what has no labels. */
  only() {
    return this.tree.names.length === 0 ? this.list[0] ?? this.createNew([]) : this.at({});
  }
  /** The series to read; a read makes none. */
  peek(labels) {
    return this.alive(this.tree.find(labels) ?? this.tree.findValues(this.tree.values(labels)));
  }
  /** The series that has these values; made where there is none. */
  withValues(values) {
    return this.tree.findValues(values) ?? this.createNew(values);
  }
  /**
   * Notes a write to a series that is not plain. False where it is gone, or its time is over: then the write
   * is for the series that `withValues` has for its labels.
   */
  touch(series) {
    const { lastWrites } = this.options;
    if (series.mode === "removed") return false;
    if (lastWrites === void 0 || lastWrites.note(series)) return true;
    this.takeOut(series);
    return false;
  }
  /** Takes out the series that has these values. True if there was one. */
  removeValues(values) {
    const series = this.alive(this.tree.findValues(values));
    if (series === void 0) return false;
    this.remove(series);
    return true;
  }
  /** Takes out a series that is there. */
  remove(series) {
    this.takeOut(series);
    this.begin();
  }
  /** The values of these labels, as `withValues` takes them. */
  valuesOf(labels) {
    return this.tree.values(labels);
  }
  /** Takes out all series but those that have one of these lists of values. */
  retain(wanted) {
    const kept = new Set(wanted.map((values) => this.tree.findValues(values)));
    for (const series of this.all) if (!kept.has(series)) this.remove(series);
  }
  clear() {
    for (const series of this.list) series.mode = "removed";
    this.list = [];
    this.removedCount = 0;
    this.isShared = false;
    this.tree.clear();
    this.options.lastWrites?.clear();
    this.begin();
  }
  alive(series) {
    return series !== void 0 && this.options.lastWrites?.isStale(series) ? void 0 : series;
  }
  begin() {
    if (this.tree.names.length === 0) this.append([]);
  }
  takeOut(series) {
    this.tree.delete(series);
    this.options.lastWrites?.forget(series);
    series.mode = "removed";
    this.removedCount++;
    if (this.isShared || this.removedCount * 2 > this.list.length) this.compact();
  }
  takeOutAll(series = []) {
    for (const each of series) this.takeOut(each);
  }
  createNew(values) {
    const { maxSeries, onOverflow, lastWrites } = this.options;
    if (this.count >= maxSeries) this.takeOutAll(lastWrites?.staleIfAffordable());
    const { count } = this;
    const isTooLong = values.some((value) => value.length > LONGEST_VALUE);
    if (count < maxSeries && !isTooLong) return this.append(values);
    const overflow = values.map(() => OVERFLOW);
    const overflowed = this.tree.findValues(overflow);
    if (count === maxSeries && overflowed !== void 0 && !isTooLong) return this.append(values);
    onOverflow(values, isTooLong);
    return overflowed ?? this.append(overflow);
  }
  append(labelValues) {
    const series = this.options.create(labelValues);
    this.tree.add(series);
    this.list.push(series);
    this.options.lastWrites?.note(series);
    return series;
  }
  get count() {
    return this.list.length - this.removedCount;
  }
  compact() {
    if (this.removedCount === 0) return;
    this.list = this.list.filter(({ mode }) => mode !== "removed");
    this.removedCount = 0;
    this.isShared = false;
  }
};

// lib/metrics/shared-lists.ts
var MOST = 256;
var SharedLists = class {
  constructor() {
    // By their texts joined. Two lists may be the same when joined, so what is found is compared.
    this.lists = /* @__PURE__ */ new Map();
  }
  /** The list of the same texts that was seen before, or this one. */
  of(list) {
    const key = list.join();
    const seen = this.lists.get(key);
    if (seen !== void 0 && seen.length === list.length && seen.every((text2, i) => text2 === list[i])) return seen;
    if (this.lists.size >= MOST) this.lists.clear();
    this.lists.set(key, list);
    return list;
  }
};

// lib/metrics/warnings.ts
var Warnings = class {
  constructor() {
    this.told = /* @__PURE__ */ new Map();
    this.listeners = /* @__PURE__ */ new Set();
  }
  /** @param message - Asked the first time alone. */
  tell(code, message) {
    if (this.told.has(code)) return;
    const warning = new MetricError(code, message());
    this.told.set(code, warning);
    for (const listener of this.listeners) listener(warning);
  }
  /** Tells what was told before, too. Returns the way out. */
  listen(listener) {
    this.listeners.add(listener);
    for (const warning of this.told.values()) listener(warning);
    return () => {
      this.listeners.delete(listener);
    };
  }
};

// lib/metrics/family.ts
var _InstrumentFamily = class _InstrumentFamily {
  /**
   * @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION`
   * @internal
   */
  constructor(kind, type, options, create, currentExemplar) {
    this.rejectedWrites = 0;
    this.overflowedWrites = 0;
    this.lists = new SharedLists();
    this.warnings = new Warnings();
    const { name, help, labelNames = [], unit, maxSeries = 1e4, ttlSeconds, collect, clock = monotonicClock, wallClock: wallClock2 = wallClock } = options;
    checkMetricName(kind, name);
    this.subject = `${kind} ${show(name)}`;
    if (typeof help !== "string") throw this.fault("help", "a text that says what it measures", help);
    if (!Array.isArray(labelNames)) throw this.fault("labelNames", "a list of names", labelNames);
    checkLabelNames(this.subject, labelNames, reservedLabel(type, name));
    if (unit !== void 0 && (typeof unit !== "string" || unit === "" || !familyName(name, type).endsWith(`_${unit}`))) {
      throw this.fault("unit", `the end of the name, as in ${show(`${familyName(name, type)}_${String(unit)}`)}`, unit);
    }
    if (!(typeof maxSeries === "number" && maxSeries >= 1)) throw this.fault("maxSeries", "a number of 1 or more", maxSeries);
    if (ttlSeconds !== void 0 && !(typeof ttlSeconds === "number" && ttlSeconds > 0)) throw this.fault("ttlSeconds", "a number above 0", ttlSeconds);
    for (const [option, given] of Object.entries({ collect, clock, wallClock: wallClock2, exemplar: currentExemplar })) {
      if (given !== void 0 && typeof given !== "function") throw this.fault(option, "a function", given);
    }
    this.name = name;
    this.help = toWellFormed(help);
    this.unit = unit;
    this.labelNames = Object.freeze([...labelNames]);
    this.maxSeries = maxSeries;
    this.ttlSeconds = ttlSeconds;
    this.hook = collect;
    this.clock = clock;
    this.wallClock = wallClock2;
    this.currentExemplar = currentExemplar;
    this.watchesWrites = currentExemplar !== void 0 || ttlSeconds !== void 0;
    this.series = new SeriesSet(this.subject, this.labelNames, {
      maxSeries,
      create: (labelValues) => create(this, labelValues),
      onOverflow: (labelValues, isTooLong) => this.overflow(labelValues, isTooLong),
      lastWrites: ttlSeconds === void 0 ? void 0 : new LastWrites(ttlSeconds, clock)
    });
  }
  /** The series as they are now, in the order in which they were created. */
  get points() {
    return this.series.all;
  }
  collect() {
    return [this];
  }
  get hasHook() {
    return this.hook !== void 0;
  }
  refresh(scrape) {
    return this.hook?.(this, scrape);
  }
  labels(...values) {
    const [first] = values;
    const series = typeof first === "object" && values.length === 1 ? this.at(first) : this.series.atOrdered(values);
    return this.touched(series);
  }
  /**
   * Takes a series out of all later scrapes. True if it existed. A metric without labels begins again at 0.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  remove(labels) {
    return this.series.removeValues(this.series.valuesOf(labels));
  }
  /**
   * Takes out all series that have these label values, whatever their other labels are. Returns how many. A
   * metric without labels begins again at 0.
   *
   * @throws {MetricError} `ERR_LABELS` where a name is not the metric's, `ERR_LABEL_VALUE`
   */
  removeMatching(labels) {
    if (typeof labels !== "object" || labels === null) {
      throw new MetricError("ERR_LABELS", `${this.subject}: expected labels out of ${show(this.labelNames)}, got ${show(labels)}`);
    }
    const wanted = Object.entries(labels).map(([name, value]) => {
      const position = this.labelNames.indexOf(name);
      if (position >= 0) return [position, toWellFormed(labelText(this.subject, name, value))];
      throw new MetricError("ERR_LABELS", `${this.subject}: expected names out of ${show(this.labelNames)}, got ${show(name)}`);
    });
    const matching = this.points.filter((series) => wanted.every(([position, value]) => valueAt(series, position) === value));
    for (const series of matching) this.series.remove(series);
    return matching.length;
  }
  /** Takes out all series. A metric without labels begins again at 0. */
  clear() {
    this.series.clear();
  }
  reset() {
    this.clear();
    this.rejectedWrites = 0;
    this.overflowedWrites = 0;
  }
  get definition() {
    const { type, labelNames, unit } = this;
    return { type, labelNames, unit };
  }
  listen(listener) {
    return this.warnings.listen(listener);
  }
  /** The series of a write by labels; of a metric without labels the only one. @internal */
  at(labels) {
    return this.series.at(labels);
  }
  /** The series of a write without labels. @internal */
  only() {
    return this.series.only();
  }
  /** The series of a read; a read creates none. @internal */
  peek(labels = {}) {
    return this.series.peek(labels);
  }
  /** @internal */
  touch(series) {
    return this.series.touch(series);
  }
  /** @internal */
  successor(gone) {
    return this.series.withValues(gone.labelValues);
  }
  /** @internal */
  removeFor(labelValues) {
    return !isOverflow(labelValues) && this.series.removeValues(labelValues);
  }
  /**
   * Makes these the only series, and returns them with what is to be written to them. What is no data makes no
   * series and is counted, but a series that it is for stays as it was.
   *
   * @internal
   */
  replaceSeries(entries, isData, expected) {
    const given = [];
    for (const [labels, data] of entries) given.push([this.series.valuesOf(labels), data]);
    this.series.retain(given.map(([values]) => values));
    const replaced = [];
    for (const [values, data] of given) {
      if (isData(data)) replaced.push([this.touched(this.series.withValues(values)), data]);
      else this.reject(expected, data);
    }
    return replaced;
  }
  /** @internal */
  shared(values) {
    return this.lists.of(values);
  }
  /** @internal */
  exemplarOf(given, value, before) {
    try {
      if (given !== void 0 && given !== null) return checkedExemplar(given, value, this.wallClock());
      return this.currentExemplar === void 0 ? before : sampledExemplar(this.currentExemplar, value, before, this.wallClock());
    } catch (cause) {
      this.warnings.tell("ERR_EXEMPLAR", () => `${this.subject}: exemplar: ${cause instanceof Error ? cause.message : show(cause)}; the write is kept without it`);
      return before;
    }
  }
  /** Counts a write that holds no data, and warns of the first. @internal */
  reject(expected, value) {
    this.rejectedWrites++;
    this.warnings.tell("ERR_VALUE", () => `${this.subject}: expected ${expected}, got ${show(value)}; such writes are ignored`);
  }
  touched(series) {
    return series.mode === "plain" || this.touch(series) ? series : this.successor(series);
  }
  overflow(labelValues, isTooLong) {
    this.overflowedWrites++;
    const expected = isTooLong ? `label values of at most ${LONGEST_VALUE} characters, got` : `at most ${this.maxSeries} series (maxSeries), got one more:`;
    this.warnings.tell("ERR_SERIES_LIMIT", () => `${this.subject}: expected ${expected} ${show(labelValues)}; writes of new label sets go to ${OVERFLOW}`);
  }
  fault(option, expected, value) {
    return new MetricError("ERR_OPTION", `${this.subject}: ${option}: expected ${expected}, got ${show(value)}`);
  }
};
Object.defineProperty(_InstrumentFamily.prototype, BRAND, { value: "instrument" });
var InstrumentFamily = _InstrumentFamily;

// lib/metrics/series.ts
var _Series = class _Series {
  /** @internal */
  constructor(family, labelValues, lineStart) {
    this.family = family;
    this.firstValue = labelValues[0] ?? "";
    this.otherValues = family.shared(labelValues.slice(1));
    this.lineStart = lineStart;
    this.mode = family.watchesWrites ? "watched" : "plain";
    this.createdSeconds = Math.floor(family.wallClock() / 1e3);
  }
  get labels() {
    return Object.fromEntries(this.family.labelNames.map((name, i) => [name, valueAt(this, i)]));
  }
  /** In the order of the names. */
  get labelValues() {
    return this.family.labelNames.map((_, i) => valueAt(this, i));
  }
  /** When the series was created, in milliseconds since the epoch, to the second before it; absent where its value is older. */
  get createdMs() {
    return this.createdSeconds === UNKNOWN ? void 0 : this.createdSeconds * 1e3;
  }
  /**
   * Takes this series out of all later scrapes, or the one that has its labels by now. True if there was one. So
   * does the end of a block that holds it by `using`.
   *
   * The overflow series stays, since it was handed out in the place of many others.
   */
  remove() {
    return this.family.removeFor(this.labelValues);
  }
  /** @internal */
  forgetCreation() {
    this.createdSeconds = UNKNOWN;
  }
};
(() => {
  const { dispose = /* @__PURE__ */ Symbol.for("Symbol.dispose") } = Symbol;
  Object.defineProperty(_Series.prototype, dispose, {
    value() {
      this.remove();
    }
  });
})();
var Series = _Series;
var UNKNOWN = -1;

// lib/metrics/counter.ts
var CounterSeries = class extends Series {
  /** @internal */
  constructor(family, labelValues) {
    super(family, labelValues, sampleStart(family.name, family.labelNames, labelValues));
    this.value = 0;
  }
  /**
   * Adds to the total.
   *
   * @param amount - 0 or more, finite. Anything else is ignored, counted and warned of once: a measured
   * value never throws. @default 1
   * @param exemplar - An example of what is counted, such as `{ trace_id: '4bf9' }`, for the formats that show it.
   */
  inc(amount = 1, exemplar) {
    if (!isAmount(amount)) return this.family.reject(AMOUNT, amount);
    if (this.mode !== "plain" && !this.family.touch(this)) return this.family.successor(this).inc(amount, exemplar);
    this.value += amount;
    if (exemplar !== void 0 || this.mode === "watched") this.exemplar = this.family.exemplarOf(exemplar, amount, this.exemplar);
  }
  /** Takes the total back to 0, for one that was counted elsewhere since nobody knows when. @internal */
  restart() {
    this.value = 0;
    this.forgetCreation();
  }
};
var Counter = class extends InstrumentFamily {
  /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION` */
  constructor(options) {
    super("Counter", "counter", options, (family, labelValues) => new CounterSeries(family, labelValues), options.exemplar);
    this.type = "counter";
  }
  inc(first, second, exemplar) {
    if (typeof first !== "object" || first === null) this.only().inc(first, second);
    else if (second === void 0 || isAmount(second)) this.at(first).inc(second, exemplar);
    else this.reject(AMOUNT, second);
  }
  /**
   * Makes these the only series, with these totals: for counts that another system keeps, read from there all
   * at once, as in `collect: async (counter) => counter.replace(await poll())`. No scrape sees it half done.
   * The children of labels that stay go on. When such counting began is not known, and not shown.
   *
   * A total that is negative or not finite is ignored and counted, and a series that it was for stays as it
   * was. Totals of the same labels are added up, as those past `maxSeries` are in the overflow series.
   *
   * @param entries - `[[{ device: 'eth0' }, 81], [{ device: 'lo' }, 7]]`, or any iterable of such pairs
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries) {
    const replaced = this.replaceSeries(entries, isAmount, TOTAL);
    for (const [series] of replaced) series.restart();
    for (const [series, total] of replaced) series.value += total;
  }
  get(labels) {
    return this.peek(labels)?.value;
  }
};
var AMOUNT = "a finite amount of 0 or more";
var TOTAL = "a finite total of 0 or more";
function isAmount(amount) {
  return typeof amount === "number" && amount >= 0 && amount < Infinity;
}

// lib/metrics/timer.ts
function startTimer(clock, record) {
  const begin = clock();
  return (...args) => {
    const seconds = (clock() - begin) / 1e3;
    record(seconds, ...args);
    return seconds;
  };
}
function timed(end, work) {
  let result;
  try {
    result = work();
  } catch (error) {
    end();
    throw error;
  }
  if (typeof result?.then !== "function") {
    end();
    return result;
  }
  return Promise.resolve(result).finally(end);
}

// lib/metrics/gauge.ts
var GaugeSeries = class extends Series {
  /** @internal */
  constructor(family, labelValues) {
    super(family, labelValues, sampleStart(family.name, family.labelNames, labelValues));
    this.value = 0;
  }
  /** Sets the value. `NaN` and the infinities are values; what is no number is ignored and counted. */
  set(value) {
    if (!isNumber(value)) this.family.reject(VALUE, value);
    else if (this.mode !== "plain" && !this.family.touch(this)) this.family.successor(this).set(value);
    else this.value = value;
  }
  /** Adds to the value. An amount that is not finite is ignored and counted. @param amount - @default 1 */
  inc(amount = 1) {
    if (!isAmount2(amount)) this.family.reject(AMOUNT2, amount);
    else if (this.mode !== "plain" && !this.family.touch(this)) this.family.successor(this).inc(amount);
    else this.value += amount;
  }
  /** Takes from the value. An amount that is not finite is ignored and counted. @param amount - @default 1 */
  dec(amount = 1) {
    if (!isAmount2(amount)) this.family.reject(AMOUNT2, amount);
    else if (this.mode !== "plain" && !this.family.touch(this)) this.family.successor(this).dec(amount);
    else this.value -= amount;
  }
  /** Sets the value to the seconds since the epoch. */
  setToCurrentTime() {
    this.set(this.family.wallClock() / 1e3);
  }
  /** Starts a timer; the function it returns sets the value to the elapsed seconds, and returns them. */
  startTimer() {
    return startTimer(this.family.clock, (seconds) => this.set(seconds));
  }
};
var Gauge = class extends InstrumentFamily {
  /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION` */
  constructor(options) {
    super("Gauge", "gauge", options, (family, labelValues) => new GaugeSeries(family, labelValues));
    this.type = "gauge";
  }
  set(first, value) {
    if (typeof first !== "object" || first === null) this.only().set(first);
    else if (isNumber(value)) this.at(first).set(value);
    else this.reject(VALUE, value);
  }
  inc(first, amount = 1) {
    if (typeof first !== "object" || first === null) this.only().inc(first);
    else if (isAmount2(amount)) this.at(first).inc(amount);
    else this.reject(AMOUNT2, amount);
  }
  dec(first, amount = 1) {
    if (typeof first !== "object" || first === null) this.only().dec(first);
    else if (isAmount2(amount)) this.at(first).dec(amount);
    else this.reject(AMOUNT2, amount);
  }
  /**
   * Makes these the only series, with these values: for what is read from elsewhere all at once, as in
   * `collect: async (gauge) => gauge.replace(await poll())`. No scrape sees it half done. The children of
   * labels that stay go on.
   *
   * What is no number is ignored and counted, and a series that it was for stays as it was. Of entries with
   * the same labels the last one counts.
   *
   * @param entries - `[[{ queue: 'mail' }, 3], [{ queue: 'print' }, 0]]`, or any iterable of such pairs
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries) {
    for (const [series, value] of this.replaceSeries(entries, isNumber, VALUE)) series.value = value;
  }
  setToCurrentTime(labels) {
    (labels === void 0 ? this.only() : this.at(labels)).setToCurrentTime();
  }
  startTimer(labels) {
    return (labels === void 0 ? this.only() : this.at(labels)).startTimer();
  }
  get(labels) {
    return this.peek(labels)?.value;
  }
};
var VALUE = "a number";
var AMOUNT2 = "a finite amount";
function isNumber(value) {
  return typeof value === "number";
}
function isAmount2(amount) {
  return typeof amount === "number" && amount - amount === 0;
}

// lib/metrics/buckets.ts
var defaultBuckets = /* @__PURE__ */ Object.freeze([5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
function linearBuckets(start, width, count) {
  if (!Number.isFinite(start)) throw fault2("linearBuckets", "start", "a finite number", start);
  if (!(width > 0 && width < Infinity)) throw fault2("linearBuckets", "width", "a finite number above 0", width);
  return bounds("linearBuckets", count, (i) => start + i * width);
}
function exponentialBuckets(start, factor, count) {
  if (!(start > 0 && start < Infinity)) throw fault2("exponentialBuckets", "start", "a finite number above 0", start);
  if (!(factor > 1 && factor < Infinity)) throw fault2("exponentialBuckets", "factor", "a finite number above 1", factor);
  return bounds("exponentialBuckets", count, (i) => start * factor ** i);
}
function checkBuckets(subject, buckets) {
  if (!Array.isArray(buckets)) throw fault2(subject, "buckets", "a list of numbers", buckets);
  const bounds2 = [...buckets];
  if (bounds2.at(-1) === Infinity) bounds2.pop();
  bounds2.forEach((bound, i) => {
    const ascends = i === 0 || bound > bounds2[i - 1];
    if (!(typeof bound === "number" && bound < Infinity && ascends)) {
      throw fault2(subject, "buckets", `numbers in ascending order, none twice and none NaN, but number ${i + 1} is ${show(bound)}`, buckets);
    }
  });
  return bounds2;
}
function bounds(subject, count, bound) {
  if (!(Number.isInteger(count) && count >= 1)) throw fault2(subject, "count", "a whole number of 1 or more", count);
  const made = Array.from({ length: count }, (_, i) => bound(i));
  if (made.every((each, i) => each < Infinity && (i === 0 || each > made[i - 1]))) return made;
  throw fault2(subject, "count", "as many bounds as stay finite and apart", count);
}
function fault2(subject, option, expected, value) {
  return new MetricError("ERR_BUCKETS", `${subject}: ${option}: expected ${expected}, got ${show(value)}`);
}

// lib/metrics/timed-family.ts
var TimedFamily = class extends InstrumentFamily {
  /**
   * Starts a timer. The function it returns observes the elapsed seconds, and returns them. Labels can be
   * given at the start, at the end, or some here and some there.
   */
  startTimer(labels) {
    const given = { ...labels };
    return startTimer(this.clock, (seconds, more) => {
      this.at({ ...given, ...more }).observe(seconds);
    });
  }
  time(first, work) {
    return typeof first === "function" ? this.only().time(first) : this.at(first).time(work);
  }
};

// lib/metrics/histogram.ts
var HistogramSeries = class extends Series {
  /** @internal */
  constructor(family, labelValues, bounds2) {
    super(family, labelValues, bucketStart(family.name, family.labelNames, labelValues));
    this.sum = 0;
    this.bounds = bounds2;
    this.counts = Array.from({ length: bounds2.length + 1 }, () => 0);
  }
  /**
   * Counts a value into the first bucket whose bound is not below it, and adds it to the sum.
   *
   * Negative values are allowed, though the sum may then fall, and `rate()` of it is no longer right; the
   * infinities too. `NaN` is in no bucket: it is ignored, counted and warned of once.
   *
   * @param exemplar - An example of what is measured, such as `{ trace_id: '4bf9' }`, for the formats that
   * show it: the latest of each bucket.
   */
  observe(value, exemplar) {
    if (!isNumber2(value)) return this.family.reject(VALUE2, value);
    if (this.mode !== "plain" && !this.family.touch(this)) return this.family.successor(this).observe(value, exemplar);
    const { bounds: bounds2, counts } = this;
    let bucket = 0;
    while (bucket < bounds2.length && value > bounds2[bucket]) bucket++;
    counts[bucket] = counts[bucket] + 1;
    this.sum += value;
    if (exemplar !== void 0 || this.mode === "watched") this.keepExemplar(exemplar, value, bucket);
  }
  /** Starts a timer; the function it returns observes the elapsed seconds, and returns them. */
  startTimer() {
    return startTimer(this.family.clock, (seconds) => this.observe(seconds));
  }
  /** Observes the seconds that `work` takes, also where it throws; for a promise, until it is settled. */
  time(work) {
    return timed(this.startTimer(), work);
  }
  keepExemplar(given, value, bucket) {
    const kept = this.family.exemplarOf(given, value, this.exemplars?.[bucket]);
    if (kept === void 0 || !(kept.value <= (this.bounds[bucket] ?? Infinity))) return;
    this.exemplars ?? (this.exemplars = this.counts.map(() => void 0));
    this.exemplars[bucket] = kept;
  }
};
var Histogram = class extends TimedFamily {
  /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_BUCKETS`, `ERR_OPTION` */
  constructor(options) {
    const { name, buckets = defaultBuckets, exemplar } = options;
    const bounds2 = checkBuckets(`Histogram ${show(name)}`, buckets);
    super("Histogram", "histogram", options, (family, labelValues) => new HistogramSeries(family, labelValues, bounds2), exemplar);
    this.type = "histogram";
    this.buckets = Object.freeze([...bounds2]);
  }
  observe(first, second, exemplar) {
    if (typeof first !== "object" || first === null) this.only().observe(first, second);
    else if (isNumber2(second)) this.at(first).observe(second, exemplar);
    else this.reject(VALUE2, second);
  }
  get(labels) {
    const series = this.peek(labels);
    if (series === void 0) return void 0;
    let count = 0;
    const buckets = series.counts.map((own, i) => ({ le: series.bounds[i] ?? Infinity, count: count += own }));
    return { count, sum: series.sum, buckets };
  }
};
var VALUE2 = "a number";
function isNumber2(value) {
  return typeof value === "number" && value === value;
}

// lib/metrics/sketch.ts
var RESOLUTION = 32;
var MAX_BUCKETS = 1024;
var Sketch = class {
  constructor() {
    this.count = 0;
    this.resolution = RESOLUTION;
    // By bucket: i holds the numbers from 2^((i-1)/resolution), exclusive, to 2^(i/resolution).
    this.positive = /* @__PURE__ */ new Map();
    this.negative = /* @__PURE__ */ new Map();
    this.zeros = 0;
    this.least = Infinity;
    this.greatest = -Infinity;
  }
  /** Takes in a number; not `NaN`. */
  add(value) {
    this.count++;
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
    if (value === 0) {
      this.zeros++;
      return;
    }
    const buckets = value > 0 ? this.positive : this.negative;
    const bucket = Math.ceil(Math.log2(Math.abs(value)) * this.resolution);
    const before = buckets.get(bucket);
    buckets.set(bucket, (before ?? 0) + 1);
    if (before === void 0) this.limit();
  }
  /** Takes in all that another sketch holds. */
  merge(other) {
    while (this.resolution > other.resolution) this.halve();
    const factor = this.resolution / other.resolution;
    this.count += other.count;
    this.zeros += other.zeros;
    this.least = Math.min(this.least, other.least);
    this.greatest = Math.max(this.greatest, other.greatest);
    addAll(this.positive, other.positive, factor);
    addAll(this.negative, other.negative, factor);
    this.limit();
  }
  /**
   * The values at these ranks, 0 to 1: of `count` numbers in ascending order the one at `ceil(rank * count)`,
   * the first for 0. `NaN` where there is none.
   */
  quantiles(ranks) {
    const ascending = [
      ...[...this.negative].sort(([a], [b]) => b - a).map(([bucket, count]) => [-this.middle(bucket), count]),
      [0, this.zeros],
      ...[...this.positive].sort(([a], [b]) => a - b).map(([bucket, count]) => [this.middle(bucket), count])
    ];
    return ranks.map((rank) => {
      const wanted = Math.max(1, Math.ceil(rank * this.count));
      let passed = 0;
      for (const [value, count] of ascending) {
        passed += count;
        if (passed >= wanted) return Math.min(Math.max(value, this.least), this.greatest);
      }
      return NaN;
    });
  }
  // Where the relative error is the same to both ends.
  middle(bucket) {
    const upper = 2 ** (bucket / this.resolution);
    return upper === Infinity ? bucket === Infinity ? Infinity : Number.MAX_VALUE : 2 * upper / (1 + 2 ** (1 / this.resolution));
  }
  limit() {
    while (this.positive.size + this.negative.size > MAX_BUCKETS) this.halve();
  }
  halve() {
    this.resolution /= 2;
    this.positive = addAll(/* @__PURE__ */ new Map(), this.positive, 0.5);
    this.negative = addAll(/* @__PURE__ */ new Map(), this.negative, 0.5);
  }
};
function addAll(buckets, others, factor) {
  for (const [other, count] of others) {
    const bucket = Math.ceil(other * factor);
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
  }
  return buckets;
}

// lib/metrics/summary.ts
var SummarySeries = class extends Series {
  /** @internal */
  constructor(family, labelValues, window) {
    super(family, labelValues, sampleStart(family.name, family.labelNames, labelValues));
    this.sum = 0;
    this.count = 0;
    this.slices = [];
    this.window = window;
  }
  /**
   * Takes in a value: into the quantiles for as long as the window is, into sum and count for good. `NaN` is
   * ignored, counted and warned of once.
   */
  observe(value) {
    if (!isNumber3(value)) return this.family.reject(VALUE3, value);
    if (this.mode !== "plain" && !this.family.touch(this)) return this.family.successor(this).observe(value);
    this.sum += value;
    this.count++;
    if (this.window.percentiles.length === 0) return;
    const step = this.step();
    const place = step % this.window.steps;
    if (this.slices[place]?.step !== step) this.slices[place] = { step, sketch: new Sketch() };
    this.slices[place].sketch.add(value);
  }
  /** The quantiles of the values of the last `maxAgeSeconds`, each to 1.1 % of itself; see `sketch.ts`. */
  get quantiles() {
    const { percentiles, steps } = this.window;
    if (percentiles.length === 0) return [];
    const now = this.step();
    const recent = new Sketch();
    for (const slice of this.slices) if (slice !== void 0 && slice.step > now - steps) recent.merge(slice.sketch);
    const values = recent.quantiles(percentiles);
    return percentiles.map((quantile, i) => ({ quantile, value: values[i] }));
  }
  /** Starts a timer; the function it returns observes the elapsed seconds, and returns them. */
  startTimer() {
    return startTimer(this.family.clock, (seconds) => this.observe(seconds));
  }
  /** Observes the seconds that `work` takes, also where it throws; for a promise, until it is settled. */
  time(work) {
    return timed(this.startTimer(), work);
  }
  step() {
    return Math.floor(this.family.clock() / this.window.stepMs);
  }
};
var Summary = class extends TimedFamily {
  /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION` */
  constructor(options) {
    const { name, percentiles = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999], maxAgeSeconds = 600, ageBuckets = 5 } = options;
    const window = {
      percentiles: checkedPercentiles(name, percentiles),
      steps: checked(name, "ageBuckets", "a whole number of 1 or more", ageBuckets, Number.isInteger(ageBuckets) && ageBuckets >= 1),
      stepMs: checked(name, "maxAgeSeconds", "a finite number above 0", maxAgeSeconds, maxAgeSeconds > 0 && maxAgeSeconds < Infinity) * 1e3 / ageBuckets
    };
    super("Summary", "summary", options, (family, labelValues) => new SummarySeries(family, labelValues, window));
    this.type = "summary";
    this.percentiles = window.percentiles;
  }
  observe(first, value) {
    if (typeof first !== "object" || first === null) this.only().observe(first);
    else if (isNumber3(value)) this.at(first).observe(value);
    else this.reject(VALUE3, value);
  }
  get(labels) {
    const series = this.peek(labels);
    return series && { count: series.count, sum: series.sum, quantiles: series.quantiles };
  }
};
var VALUE3 = "a number";
function isNumber3(value) {
  return typeof value === "number" && value === value;
}
function checkedPercentiles(name, percentiles) {
  const areRanks = Array.isArray(percentiles) && percentiles.every((rank) => typeof rank === "number" && rank >= 0 && rank <= 1);
  checked(name, "percentiles", "numbers from 0 to 1, none twice", percentiles, areRanks && new Set(percentiles).size === percentiles.length);
  return Object.freeze([...percentiles].sort((a, b) => a - b));
}
function checked(name, option, expected, value, holds) {
  if (holds) return value;
  throw new MetricError("ERR_OPTION", `Summary ${show(name)}: ${option}: expected ${expected}, got ${show(value)}`);
}

// lib/metrics/info.ts
var InfoSeries = class extends Series {
  /** @internal */
  constructor(family, labelValues) {
    super(family, labelValues, sampleStart(family.name, family.labelNames, labelValues));
  }
};
var Info = class extends InstrumentFamily {
  /** @throws {MetricError} `ERR_METRIC_NAME` for a name without `_info` too; `ERR_LABEL_NAME`, `ERR_OPTION` */
  constructor(options) {
    super("Info", "info", options, (family, labelValues) => new InfoSeries(family, labelValues));
    this.type = "info";
    if (!/._info$/.test(this.name)) {
      throw new MetricError("ERR_METRIC_NAME", `Info ${show(this.name)}: expected a name that ends in "_info", got ${show(this.name)}`);
    }
  }
  /**
   * Shows these facts, and no others from now on. Where several things have facts, such as each disk, use
   * `labels(...)`, which keeps the others.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  set(labels) {
    this.replace([labels]);
  }
  /**
   * Shows these facts, and no others from now on: for those of several things, read from elsewhere all at once.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries) {
    this.replaceSeries([...entries].map((labels) => [labels, void 0]), () => true, "");
  }
  /** Whether these facts are shown. */
  get(labels) {
    return this.peek(labels) !== void 0;
  }
};

// lib/metrics/stateset.ts
var StateSetSeries = class extends Series {
  /** @internal */
  constructor(family, labelValues, allOff) {
    super(family, labelValues, sampleStart(family.name, family.labelNames, labelValues));
    this.states = Object.assign(/* @__PURE__ */ Object.create(null), allOff);
  }
  /** Switches this state on and all others off. One that is not declared is ignored, counted and warned of once. */
  set(state) {
    if (!isState(state, this.states)) return this.family.reject(expectedState(this.states), state);
    if (this.mode !== "plain" && !this.family.touch(this)) return this.family.successor(this).set(state);
    for (const each of Object.keys(this.states)) this.states[each] = each === state;
  }
  /** Switches one state on or off, and leaves the others as they are. One that is not declared is ignored, counted and warned of once. */
  toggle(state, isOn) {
    if (!isState(state, this.states)) return this.family.reject(expectedState(this.states), state);
    if (this.mode !== "plain" && !this.family.touch(this)) return this.family.successor(this).toggle(state, isOn);
    this.states[state] = Boolean(isOn);
  }
};
var StateSet = class extends InstrumentFamily {
  /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME` for a label named like the metric too, `ERR_OPTION` */
  constructor(options) {
    const { name, states } = options;
    const areStates = Array.isArray(states) && states.length > 0 && states.every((state) => typeof state === "string");
    if (!areStates || new Set(states).size !== states.length) {
      throw new MetricError("ERR_OPTION", `StateSet ${show(name)}: states: expected one text or more, none twice, got ${show(states)}`);
    }
    const allOff = Object.assign(/* @__PURE__ */ Object.create(null), Object.fromEntries(states.map((state) => [state, false])));
    super("StateSet", "stateset", options, (family, labelValues) => new StateSetSeries(family, labelValues, allOff));
    this.type = "stateset";
    this.states = allOff;
  }
  set(first, state) {
    if (typeof first !== "object" || first === null) this.only().set(first);
    else if (isState(state, this.states)) this.at(first).set(state);
    else this.reject(expectedState(this.states), state);
  }
  toggle(first, second, isOn) {
    if (typeof first !== "object" || first === null) this.only().toggle(first, second);
    else if (isState(second, this.states)) this.at(first).toggle(second, isOn);
    else this.reject(expectedState(this.states), second);
  }
  /**
   * Makes these the only series, each with one state on: for what is read from elsewhere all at once. No scrape
   * sees it half done. The children of labels that stay go on.
   *
   * A state that is not declared is ignored and counted, and a series that it was for stays as it was.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries) {
    const isDeclared = (state) => isState(state, this.states);
    for (const [series, state] of this.replaceSeries(entries, isDeclared, expectedState(this.states))) series.set(state);
  }
  get(labels) {
    const series = this.peek(labels);
    return series && { ...series.states };
  }
};
function isState(state, states) {
  return typeof state === "string" && state in states;
}
function expectedState(states) {
  return `one of the states ${show(Object.keys(states))}`;
}

// lib/core/live-family.ts
var _LiveFamily = class _LiveFamily {
  constructor({ name, type, help, unit }, constantLabels, source) {
    this.name = name;
    this.type = type;
    this.help = help;
    this.unit = unit;
    this.constantLabels = constantLabels;
    this.source = source;
    Object.freeze(this);
  }
  get points() {
    return this.source.points;
  }
};
Object.defineProperty(_LiveFamily.prototype, BRAND, { value: "live" });
var LiveFamily = _LiveFamily;

// lib/core/members.ts
function outerMember(member, labels, families) {
  const { collector, family } = member;
  if (Object.keys(labels).length === 0) return member;
  const own = [...Object.keys(member.labels), ...isInstrument(collector) ? labelNamesOf(collector) : []];
  let outer = family && families.get(family);
  if (family && outer === void 0) families.set(family, outer = new LiveFamily(family, { ...labels, ...member.labels }, family));
  return { ...member, labels: { ...labels, ...member.labels }, family: outer, clash: member.clash ?? own.find((name) => Object.hasOwn(labels, name)) };
}
function familiesOf(member) {
  if (member.family) return [liveFamilyOf(member)];
  const count = counting(member);
  return Array.from(offered(member), ({ name, type, help, unit, constantLabels, points }) => {
    count();
    const copied = Array.from(points, (point) => (count(), point));
    return { name, type, help, unit, constantLabels: { ...member.labels, ...constantLabels }, points: copied };
  });
}
function liveFamilyOf({ family, clash }) {
  if (clash === void 0) return family;
  throw new MetricError("ERR_LABEL_NAME", `label ${show(clash)} is a constant label of a registry around it`);
}
function offered({ collector }) {
  const families = collector.collect();
  if (families?.[Symbol.iterator]) return families;
  throw fault("ERR_COLLECTOR", "collect", `a list of families${families?.then ? ", not a promise: what takes time belongs in refresh" : ""}`, families);
}
function counting({ registry: { maxCollectorSeries } }) {
  let rest = maxCollectorSeries;
  return () => {
    if (rest-- <= 0) throw new MetricError("ERR_COLLECTOR", `expected at most ${maxCollectorSeries} families and series (maxCollectorSeries)`);
  };
}
function labelNamesOf({ labelNames, type, name }) {
  return [...labelNames, reservedLabel(type, name) ?? []].flat();
}
function describe(collector) {
  const { name, constructor } = collector;
  if (isInstrument(collector)) return `${collector.type} ${show(name)}`;
  return `collector ${typeof name === "string" && name !== "" ? show(name) : constructor?.name || "without a name"}`;
}
function isInstrument(collector) {
  return isKind(collector, "instrument");
}
function isRegistry(collector) {
  return isKind(collector, "registry");
}

// lib/core/refreshing.ts
var LONGEST_JOIN_MS = 5e3;
var CALLED = /* @__PURE__ */ new WeakSet();
async function callHook(collector, scrape) {
  if (CALLED.has(collector)) return;
  CALLED.add(collector);
  let pending;
  try {
    pending = collector.refresh?.(scrape);
  } finally {
    CALLED.delete(collector);
  }
  await pending;
}
var HostRefreshes = class {
  constructor() {
    this.running = /* @__PURE__ */ new Map();
  }
  /** Resolves when the collector is up to date. @throws what its hook throws, and an `Error` where that is not done in time */
  refresh(collector, scrape) {
    if (CALLED.has(collector)) return Promise.resolve();
    const before = this.running.get(collector);
    return before ? inTime(before, scrape.signal, LONGEST_JOIN_MS) : inTime(this.begin(collector, scrape), scrape.signal);
  }
  async begin(collector, scrape) {
    if (scrape.signal.aborted) return;
    const run = callHook(collector, scrape);
    this.running.set(collector, run);
    try {
      await run;
    } finally {
      this.running.delete(collector);
    }
  }
};
var HOST = globalThis;
function patientScrape() {
  return { signal: HOST.AbortController ? new HOST.AbortController().signal : { aborted: false } };
}
function inTime(work, signal, limitMs) {
  return new Promise((resolve, reject) => {
    const expire = () => end(() => reject(new Error("was not done in time")));
    const timer = limitMs && HOST.setTimeout?.(expire, limitMs);
    const end = (settle) => {
      HOST.clearTimeout?.(timer);
      signal.removeEventListener?.("abort", expire);
      settle();
    };
    if (signal.aborted) expire();
    signal.addEventListener?.("abort", expire);
    work.then(() => end(resolve), (cause) => end(() => reject(cause)));
  });
}

// lib/core/self-metrics.ts
function selfMetrics(registry, all) {
  const members = [...all].sort((a, b) => Number(a.registry === registry) - Number(b.registry === registry));
  return [
    counted(members, "rejectedWrites", "promlet_rejected_writes_total", "Writes that held no data, such as NaN, and were ignored."),
    counted(members, "overflowedWrites", "promlet_overflowed_writes_total", "Writes of label sets past maxSeries, kept in the overflow series.")
  ].filter(({ points }) => points.length > 0);
}
function counted(members, count, name, help) {
  const points = members.flatMap(({ collector, labels }) => {
    const value = isInstrument(collector) ? collector[count] : 0;
    return value > 0 ? [{ labels: { ...labels, metric: collector.name }, value }] : [];
  });
  return { type: "counter", name, help, points };
}

// lib/core/warnings.ts
var MOST_FAULTS = 1e3;
var Warnings2 = class {
  constructor(listener) {
    this.reported = /* @__PURE__ */ new WeakMap();
    this.listener = listener;
  }
  /** Calls the listener, once for each subject and code. */
  warn(warning) {
    this.once(this, `${warning.code} ${warning.message.split(": ", 1)[0]}`, warning);
  }
  /** Calls the listener of a collector that failed, once for each act. */
  warnOf(collector, act, cause) {
    const reason = cause instanceof Error ? cause.message : show(cause);
    this.once(collector, act, new MetricError("ERR_COLLECTOR", `${describe(collector)}: ${act} failed: ${reason}`, { collector, cause }));
  }
  notify(warning) {
    try {
      const notified = this.listener(warning);
      void Promise.resolve(notified).catch(() => void 0);
    } catch {
      return;
    }
  }
  reset() {
    this.reported = /* @__PURE__ */ new WeakMap();
  }
  once(thing, fault3, warning) {
    const faults = this.reported.get(thing) ?? /* @__PURE__ */ new Set();
    if (faults.has(fault3) || faults.size >= MOST_FAULTS) return;
    this.reported.set(thing, faults.add(fault3));
    this.notify(warning);
  }
};

// lib/core/registry.ts
var _Registry = class _Registry {
  /** @throws {MetricError} `ERR_LABEL_NAME`, `ERR_LABEL_VALUE`, `ERR_OPTION` */
  constructor(options = {}) {
    /** What is kept of each: of an instrument its family, and the end of the listening to its warnings. */
    this.collectors = /* @__PURE__ */ new Map();
    this.outerFamilies = /* @__PURE__ */ new WeakMap();
    this.taken = /* @__PURE__ */ new Map();
    this.outdated = /* @__PURE__ */ new Set();
    this.refreshes = new HostRefreshes();
    const { labels = {}, maxCollectorSeries = 1e5, onWarning = consoleWarning } = options;
    checkLabelNames("Registry", Object.keys(labels));
    if (typeof onWarning !== "function") throw fault("ERR_OPTION", "Registry: onWarning", "a function", onWarning);
    if (!(typeof maxCollectorSeries === "number" && maxCollectorSeries >= 1)) throw fault("ERR_OPTION", "Registry: maxCollectorSeries", "a number of 1 or more", maxCollectorSeries);
    this.labels = Object.freeze(Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, toWellFormed(labelText("Registry", name, value))])));
    this.maxCollectorSeries = maxCollectorSeries;
    this.warnings = new Warnings2(onWarning);
  }
  /**
   * Adds a collector to all later scrapes, and returns it.
   *
   * A collector of your own may share a family with another; an instrument has its name for itself.
   *
   * @throws {MetricError} `ERR_DUPLICATE` where its name is taken, or one of its samples would be taken for
   * another's (`h_count` beside a histogram `h`); the error's `collector` is the one that has the name.
   * `ERR_LABEL_NAME` where it has one of the constant labels itself. `ERR_OPTION` where it is no collector.
   */
  register(collector) {
    if (typeof collector?.collect !== "function") throw fault("ERR_OPTION", "Registry", "a collector, with a method collect", collector);
    if (this.collectors.has(collector)) throw new MetricError("ERR_DUPLICATE", `${describe(collector)} is registered already`, { collector });
    if (isRegistry(collector) && (collector === this || collector.has(this))) throw new MetricError("ERR_OPTION", "Registry: expected a collector other than itself");
    const { names } = collector;
    if (names !== void 0 && !(Array.isArray(names) && names.every((name) => typeof name === "string"))) throw fault("ERR_OPTION", `${describe(collector)}: names`, "a list of strings", names);
    this.collectors.set(collector, isInstrument(collector) ? this.admit(collector) : {});
    return collector;
  }
  /**
   * The instrument that is registered as what this one is, or else this one, newly registered: for modules that
   * want the same metric, and for code that is loaded again while it runs.
   *
   * @throws {MetricError} `ERR_DUPLICATE` where the one that is there is of another type, or has other labels,
   * buckets or the like; otherwise as `register`
   */
  getOrRegister(collector) {
    if (this.collectors.has(collector)) return collector;
    const present = isInstrument(collector) ? this.get(collector.name) : void 0;
    if (present === void 0) return this.register(collector);
    const [had, given] = [present.definition, collector.definition];
    const key = Object.keys({ ...had, ...given }).find((each) => JSON.stringify(had[each]) !== JSON.stringify(given[each]));
    if (key === void 0) return present;
    throw new MetricError("ERR_DUPLICATE", `${describe(collector)}: ${key}: expected ${show(had[key])}, as it is registered, got ${show(given[key])}`, { collector: present });
  }
  /** The instrument of this name, as it was registered: `const jobs: Counter<'queue'> | undefined = registry.get('jobs_total')`. */
  get(name) {
    const owner = this.taken.get(name);
    return owner?.name === name ? owner : void 0;
  }
  /** All instruments, in the order of registration; not those of registries within this one. */
  instruments() {
    return [...this.collectors.keys()].filter(isInstrument);
  }
  /** Has every instrument begin as it was constructed, those of registries within this one too: for tests. */
  reset() {
    this.warnings.reset();
    for (const collector of this.collectors.keys()) if (isInstrument(collector) || isRegistry(collector)) collector.reset();
  }
  /** Takes a collector out of all later scrapes. True if it was registered. */
  unregister(collector) {
    const entry = this.collectors.get(collector);
    if (entry === void 0) return false;
    entry.unlisten?.();
    this.collectors.delete(collector);
    this.outdated.delete(collector);
    for (const [sample, owner] of this.taken) if (owner === collector) this.taken.delete(sample);
    return true;
  }
  /**
   * All families as they are now, in the order of registration: one instant over all series. Families of one
   * name, type, help and constant labels are joined. Collectors that fail, or whose last refresh failed, are left
   * out and warned of; what collectors of your own offer is not checked here.
   *
   * After them come, where there is something to show, `promlet_rejected_writes_total` and
   * `promlet_overflowed_writes_total`, each by `metric`.
   */
  collect() {
    const families = /* @__PURE__ */ new Map();
    const members = [...this.members()];
    for (const member of members) {
      if (member.registry.isOutdated(member.collector)) continue;
      try {
        for (const family of familiesOf(member)) join(families, family);
      } catch (cause) {
        member.registry.warnOf(member.collector, "collect", cause);
      }
    }
    return [...families.values(), ...this.ifFree(selfMetrics(this, members))];
  }
  /**
   * Brings all collectors up to date, at once. Never rejects: one that fails, or is not done when the signal
   * is aborted, is left out of `collect` until its refresh succeeds, and warned of. Scrapes refresh by themselves.
   *
   * A hook must not wait for this: it would wait for itself. Before its first `await` it is left out instead;
   * later its refresh fails, at the signal or after 5 seconds.
   *
   * @param scrape - @default a scrape without a deadline
   */
  async refresh(scrape = patientScrape()) {
    await Promise.all(
      [...this.collectors.keys()].map(async (collector) => {
        if (isInstrument(collector) ? !collector.hasHook : !("refresh" in collector)) return;
        try {
          await this.refreshes.refresh(collector, scrape);
          this.outdated.delete(collector);
        } catch (cause) {
          if (this.collectors.has(collector)) this.outdated.add(collector);
          this.warnOf(collector, "refresh", cause);
        }
      })
    );
  }
  /** @internal */
  *members() {
    for (const [collector, { family }] of [...this.collectors]) {
      if (!isRegistry(collector)) yield { collector, registry: this, labels: this.labels, family };
      else for (const member of collector.members()) yield outerMember(member, this.labels, this.outerFamilies);
    }
  }
  /** @internal */
  has(collector) {
    return this.collectors.has(collector) || [...this.collectors.keys()].some((each) => isRegistry(each) && each.has(collector));
  }
  /** @internal */
  isOutdated(collector) {
    return this.outdated.has(collector);
  }
  /** @internal */
  ifFree(families) {
    for (const { name, type } of families) {
      const owner = this.ownerOf(name, type);
      if (owner === void 0) continue;
      this.warn(new MetricError("ERR_DUPLICATE", `${type} ${show(name)}: the name is taken by ${describe(owner)}; it is left out`));
      return [];
    }
    return families;
  }
  /** @internal */
  warn(warning) {
    this.warnings.warn(warning);
  }
  /** @internal */
  warnOf(collector, act, cause) {
    this.warnings.warnOf(collector, act, cause);
  }
  // Lets it have its names, or says why it cannot.
  admit(instrument) {
    const { name, type } = instrument;
    const owner = this.ownerOf(name, type);
    if (owner !== void 0) {
      const samples2 = sampleNames(owner.name, owner.type);
      const reason = owner.name === name ? "" : `: both show samples named ${show(sampleNames(name, type).find((sample) => samples2.includes(sample)))} in one format or another`;
      throw new MetricError("ERR_DUPLICATE", `${describe(instrument)}: the name is taken by ${describe(owner)}${reason}`, { collector: owner });
    }
    const label = labelNamesOf(instrument).find((each) => Object.hasOwn(this.labels, each));
    if (label !== void 0) throw new MetricError("ERR_LABEL_NAME", `${describe(instrument)}: label ${show(label)} is a constant label of the registry`);
    for (const sample of sampleNames(name, type)) this.taken.set(sample, instrument);
    const [family] = [...instrument.collect()];
    return { family: new LiveFamily(family, this.labels, family), unlisten: instrument.listen((warning) => this.warnings.notify(warning)) };
  }
  /** The instrument whose samples would be taken for those of such a family. */
  ownerOf(name, type) {
    for (const sample of sampleNames(name, type)) if (this.taken.has(sample)) return this.taken.get(sample);
    return void 0;
  }
};
Object.defineProperty(_Registry.prototype, BRAND, { value: "registry" });
var Registry = _Registry;
function consoleWarning({ message }) {
  globalThis.console?.warn(message);
}
function join(families, family) {
  if (Object.isFrozen(family)) return void families.set(family, family);
  const key = JSON.stringify([family.name, family.type, family.help, family.constantLabels]);
  const before = families.get(key);
  families.set(key, before ? { ...before, points: [...before.points, ...family.points] } : family);
}

// lib/formats/chunks.ts
var CHUNK_SIZE = 32 * 1024;
var RUN = 32;
function* chunked(families, write, end = "") {
  let chunk = "";
  for (const family of families) {
    const { head, lines } = write(family);
    chunk += head;
    const given = family.points;
    const points = Array.isArray(given) ? given : [...given];
    for (let from = 0; from < points.length; from += RUN) {
      chunk += lines(points, from, Math.min(from + RUN, points.length));
      if (chunk.length < CHUNK_SIZE) continue;
      yield chunk;
      chunk = "";
    }
    chunk += "\n";
  }
  chunk += end;
  if (chunk !== "") yield chunk;
}

// lib/formats/escaping.ts
var ESCAPINGS = ["allow-utf-8", "underscores", "dots", "values"];
function escapeLabelName(name, escaping) {
  return isLabelName(name) ? name : escapeName(name, escaping).replaceAll(":", escaping === "allow-utf-8" ? ":" : "_");
}
function shownNames(families, escaping) {
  const strangers = escaping === "allow-utf-8" ? [] : families.filter(({ name }) => !isMetricName(name));
  if (strangers.length === 0) return ({ name }) => name;
  const taken = new Set(families.filter(({ name }) => isMetricName(name)).flatMap(({ name, type }) => sampleNames(name, type)));
  const shown = /* @__PURE__ */ new Map();
  for (const family of strangers) {
    let name = escapeName(family.name, escaping);
    while (sampleNames(name, family.type).some((sample) => taken.has(sample))) name = withUnderscore(name, family);
    for (const sample of sampleNames(name, family.type)) taken.add(sample);
    shown.set(family, name);
  }
  return (family) => shown.get(family) ?? family.name;
}
function withUnderscore(name, { type }) {
  const base = familyName(name, type);
  return `${base}_${name.slice(base.length)}`;
}
function escapeName(name, escaping) {
  if (escaping === "allow-utf-8") return name;
  let escaped2 = escaping === "values" ? "U__" : "";
  let first = true;
  for (const character of name) {
    if (/[a-zA-Z:]/.test(character) || /[0-9]/.test(character) && !first) escaped2 += character;
    else escaped2 += REPLACEMENTS[escaping](character);
    first = false;
  }
  return escaped2;
}
var REPLACEMENTS = {
  underscores: () => "_",
  dots: (character) => character === "." ? "_dot_" : "__",
  values: (character) => character === "_" ? "__" : `_${character.codePointAt(0).toString(16)}_`
};

// lib/formats/remember.ts
function remembered(write) {
  const kept = /* @__PURE__ */ new WeakMap();
  return (family, name) => {
    const before = kept.get(family);
    if (before?.name === name) return before.text;
    const text2 = write(family, name);
    if (Object.isFrozen(family) && Object.isFrozen(family.constantLabels)) kept.set(family, { name, text: text2 });
    return text2;
  };
}

// lib/formats/lawful.ts
function lawful(family) {
  if (isLive(family)) return family;
  const { name, type, help, unit, constantLabels } = family;
  let points = [...family.points];
  const isUnknown = type === "counter" && !points.every(({ value }) => value >= 0);
  if (type === "histogram" || type === "gaugehistogram") points = points.filter(({ counts }) => Array.from(counts).every(isCount));
  return { name, type: isUnknown ? "unknown" : type, help, unit, constantLabels, points: inOrder(points) };
}
function isCount(count) {
  return Number.isInteger(count) && count >= 0;
}
function isLive({ points }) {
  for (const { lineStart } of points) return lineStart !== void 0;
  return true;
}
function inOrder(points) {
  if (points.every(({ timestampMs }) => timestampMs === void 0)) return points;
  const series = /* @__PURE__ */ new Map();
  for (const point of points) {
    const key = seriesKey(point.labels);
    const together = series.get(key);
    if (together === void 0) series.set(key, [point]);
    else together.push(point);
  }
  return [...series.values()].flatMap((together) => {
    const timed2 = together.filter(({ timestampMs }) => timestampMs !== void 0);
    return timed2.length === 0 ? together : timed2.sort((a, b) => a.timestampMs - b.timestampMs);
  });
}

// lib/formats/syntax.ts
function valueText(value) {
  if (value - value === 0) return `${value}`;
  return value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN";
}
function boundText(bound) {
  if (bound - bound !== 0 || bound === 0) return valueText(bound);
  const [mantissa, exponent] = bound.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return `${bound}`;
  const digits = String(Math.abs(power)).padStart(2, "0");
  return `${mantissa}e${power < 0 ? "-" : "+"}${digits}`;
}
function helpText(help) {
  const begin = help.search(/[^ \t]/);
  let end = help.length;
  while (end > 0 && (help[end - 1] === " " || help[end - 1] === "	")) end--;
  return help.slice(begin === -1 ? end : begin, end).replace(/[\\\n]/g, (found) => found === "\n" ? "\\n" : "\\\\");
}
function canonicalBound(bound) {
  const text2 = boundText(bound);
  return /^-?\d+$/.test(text2) ? `${text2}.0` : text2;
}
function secondsText(ms) {
  return `${ms / 1e3}`;
}
function quotedText(help) {
  return help.replace(/[\\"\n]/g, (found) => found === "\n" ? "\\n" : `\\${found}`);
}

// lib/formats/samples.ts
function sampleLines(family, name, dialect) {
  const constant = labelPairs2(family.constantLabels ?? {}, dialect.escaping);
  const heads = /* @__PURE__ */ new Map();
  const context = {
    dialect,
    modelName: family.name,
    name,
    head(suffix) {
      let head = heads.get(suffix);
      if (head === void 0) heads.set(suffix, head = headOf(name + suffix, constant, family.name));
      return head;
    }
  };
  const run = RUNS[family.type];
  return (points, from, to) => run(context, points, from, to);
}
function nameText(name) {
  return isMetricName(name) ? name : `"${escapeLabelValue(name)}"`;
}
function labelPairs2(labels, escaping) {
  const taken = /* @__PURE__ */ new Set();
  const pairs = Object.entries(labels).map(([given, value]) => {
    let name = escapeLabelName(given, escaping);
    while (taken.has(name)) name += "_";
    taken.add(name);
    return `${isLabelName(name) ? name : `"${escapeLabelValue(name)}"`}="${escapeLabelValue(value)}"`;
  });
  return pairs.join(",");
}
var RUNS = {
  counter: counterRun,
  gauge: gaugeRun,
  unknown: gaugeRun,
  histogram: (context, points, from, to) => histogramRun(context, points, from, to, "_sum", "_count", false),
  gaugehistogram: (context, points, from, to) => histogramRun(context, points, from, to, context.dialect.suffixes.gaugeSum, context.dialect.suffixes.gaugeCount, true),
  summary: summaryRun,
  info: infoRun,
  stateset: stateSetRun
};
function counterRun(context, points, from, to) {
  const { dialect } = context;
  const head = context.head(dialect.suffixes.counter);
  let lines = "";
  for (let i = from; i < to; i++) {
    const point = points[i];
    lines += sampleStartOf(point, head, context) + valueText(point.value);
    if (point.timestampMs !== void 0) lines += dialect.time(point.timestampMs);
    if (dialect.exemplar !== void 0 && point.exemplar !== void 0) lines += dialect.exemplar(point.exemplar);
    if (dialect.created !== void 0 && point.createdMs !== void 0) lines += createdLine(context, blockOf(point, context), dialect.created(point.createdMs), point);
  }
  return lines;
}
function gaugeRun(context, points, from, to) {
  const { dialect } = context;
  const head = context.head("");
  let lines = "";
  for (let i = from; i < to; i++) {
    const point = points[i];
    lines += sampleStartOf(point, head, context) + valueText(point.value);
    if (point.timestampMs !== void 0) lines += dialect.time(point.timestampMs);
  }
  return lines;
}
function histogramRun(context, points, from, to, sum, count, mayFall) {
  const { dialect, modelName } = context;
  const buckets = context.head("_bucket");
  const sumHead = context.head(sum);
  const countHead = context.head(count);
  let lines = "";
  for (let i = from; i < to; i++) {
    const point = points[i];
    const { lineStart, bounds: bounds2, counts, exemplars } = point;
    const block = lineStart === void 0 ? blockOf(point, context) : blockOfBucketStart(lineStart, modelName);
    const start = lineStart !== void 0 && buckets.isOwn ? lineStart : `${openStart(buckets, block)}le="`;
    const time = point.timestampMs === void 0 ? "" : dialect.time(point.timestampMs);
    const ends = bucketEnds(bounds2, dialect);
    let total = 0;
    for (let bucket = 0; bucket < counts.length; bucket++) {
      total += counts[bucket];
      lines += start + (ends[bucket] + valueText(total));
      if (time !== "") lines += time;
      if (exemplars !== void 0 && exemplars[bucket] !== void 0 && dialect.exemplar !== void 0) {
        lines += dialect.exemplar(exemplars[bucket], bounds2[bucket]);
      }
    }
    if (point.sum !== void 0 && (dialect.isStrict !== true || isLawfulSum(point.sum, bounds2, mayFall))) {
      lines += startOf(sumHead, block) + valueText(point.sum) + time;
      lines += startOf(countHead, block) + valueText(total) + time;
    }
    if (dialect.created !== void 0 && point.createdMs !== void 0) lines += createdLine(context, block, dialect.created(point.createdMs), point);
  }
  return lines;
}
function summaryRun(context, points, from, to) {
  const { dialect } = context;
  const head = context.head("");
  let lines = "";
  for (let i = from; i < to; i++) {
    const point = points[i];
    const block = blockOf(point, context);
    const time = point.timestampMs === void 0 ? "" : dialect.time(point.timestampMs);
    for (const { quantile, value } of point.quantiles) {
      if (dialect.isStrict === true && (value < 0 || !(quantile >= 0 && quantile <= 1))) continue;
      lines += `${openStart(head, block)}quantile="${dialect.bound(quantile)}"} ${valueText(value)}${time}`;
    }
    if (point.sum !== void 0 && (dialect.isStrict !== true || point.sum >= 0)) lines += startOf(context.head("_sum"), block) + valueText(point.sum) + time;
    if (point.count !== void 0 && (dialect.isStrict !== true || isCount(point.count))) lines += startOf(context.head("_count"), block) + valueText(point.count) + time;
    if (dialect.created !== void 0 && point.createdMs !== void 0) lines += createdLine(context, block, dialect.created(point.createdMs), point);
  }
  return lines;
}
function infoRun(context, points, from, to) {
  const { dialect } = context;
  const head = context.head(dialect.suffixes.info);
  let lines = "";
  for (let i = from; i < to; i++) {
    const point = points[i];
    lines += `${sampleStartOf(point, head, context)}1`;
    if (point.timestampMs !== void 0) lines += dialect.time(point.timestampMs);
  }
  return lines;
}
function stateSetRun(context, points, from, to) {
  const { dialect, name } = context;
  const head = context.head("");
  const label = isLabelName(name) ? name : `"${escapeLabelValue(name)}"`;
  let lines = "";
  for (let i = from; i < to; i++) {
    const point = points[i];
    const start = openStart(head, blockOf(point, context));
    for (const [state, isOn] of Object.entries(point.states)) {
      lines += `${start}${label}="${escapeLabelValue(state)}"} ${isOn ? 1 : 0}`;
      if (point.timestampMs !== void 0) lines += dialect.time(point.timestampMs);
    }
  }
  return lines;
}
function isLawfulSum(sum, bounds2, mayFall) {
  const isNegative = bounds2.length > 0 && bounds2[0] < 0;
  return mayFall ? sum >= 0 || isNegative && sum < 0 : sum >= 0 && !isNegative;
}
function createdLine(context, block, created, { timestampMs }) {
  const time = timestampMs === void 0 ? "" : context.dialect.time(timestampMs);
  return startOf(context.head("_created"), block) + created + time;
}
function headOf(name, constant, modelName) {
  const isBare = isMetricName(name);
  const inside = isBare ? constant : [nameText(name), constant].filter((part) => part !== "").join(",");
  return {
    text: `
${isBare ? name : ""}${inside === "" ? "" : `{${inside}`}`,
    isOpen: inside !== "",
    isOwn: inside === "" && (name === modelName || name === `${modelName}_bucket`)
  };
}
function sampleStartOf(point, head, context) {
  return point.lineStart !== void 0 && head.isOwn ? point.lineStart : startOf(head, blockOf(point, context));
}
function blockOf(point, context) {
  if (point.lineStart !== void 0) return blockOfSampleStart(point.lineStart, context.modelName);
  const pairs = labelPairs2(point.labels, context.dialect.escaping);
  return pairs === "" ? " " : `{${pairs}} `;
}
function startOf(head, block) {
  if (!head.isOpen) return head.text + block;
  return block === " " ? `${head.text}} ` : `${head.text},${block.slice(1)}`;
}
function openStart(head, block) {
  const opened = `${head.text}${head.isOpen ? "," : "{"}`;
  return block === " " ? opened : `${opened}${block.slice(1, -2)},`;
}
var BUCKET_ENDS = /* @__PURE__ */ new WeakMap();
function bucketEnds(bounds2, { bound }) {
  let kept = BUCKET_ENDS.get(bound);
  if (kept === void 0) BUCKET_ENDS.set(bound, kept = /* @__PURE__ */ new WeakMap());
  let found = kept.get(bounds2);
  if (found === void 0 || found.of.length !== bounds2.length || found.of.some((bound2, i) => bound2 !== bounds2[i])) {
    found = { of: [...bounds2], ends: [...bounds2, Infinity].map((each) => `${bound(each)}"} `) };
    kept.set(bounds2, found);
  }
  return found.ends;
}

// lib/formats/text.ts
var TYPES2 = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  summary: "summary",
  unknown: "untyped",
  gaugehistogram: "histogram",
  info: "gauge",
  stateset: "gauge"
};
var DIALECT = {
  suffixes: { counter: "", info: "", gaugeSum: "_sum", gaugeCount: "_count" },
  bound: boundText,
  time: (timestampMs) => ` ${Math.trunc(timestampMs)}`
};
function textWriter(escaping) {
  const dialect = { ...DIALECT, escaping };
  const write = remembered((family, name) => {
    const help = helpText(family.help);
    const helpLine = help === "" ? "" : `# HELP ${nameText(name)} ${help}
`;
    return { head: `${helpLine}# TYPE ${nameText(name)} ${TYPES2[family.type]}`, lines: sampleLines(family, name, dialect) };
  });
  return (given) => {
    const families = [...given];
    const shown = shownNames(families, escaping);
    return chunked(families, (family) => write(family, shown(family)));
  };
}
var text = {
  name: "text",
  mediaType: "text/plain",
  version: "0.0.4",
  contentType: "text/plain; version=0.0.4; charset=utf-8",
  write: /* @__PURE__ */ textWriter("underscores")
};

// lib/formats/render.ts
function render(source, format = text) {
  const families = "collect" in source ? source.collect() : source;
  let exposition = "";
  for (const chunk of format.write(families)) exposition += chunk;
  return exposition;
}

// lib/formats/accept.ts
function clauses(header) {
  const list = typeof header === "object" ? header.join(",") : header ?? "";
  return split(list, ",").map((clause) => {
    const [value = "", ...rest] = split(clause, ";");
    const parameters = new Map(rest.map(parameter));
    return { value: value.toLowerCase(), quality: qualityOf(parameters.get("q") ?? "1"), parameters };
  });
}
function split(list, separator) {
  const part = separator === "," ? /(?:[^,"]|"(?:[^"\\]|\\[^])*"?)+/g : /(?:[^;"]|"(?:[^"\\]|\\[^])*"?)+/g;
  return (list.match(part) ?? []).map((each) => each.trim()).filter((each) => each !== "");
}
function parameter(text2) {
  const [, name = "", value = ""] = /^([^=]*)=([^]*)$/.exec(text2) ?? [];
  const bare = value.trim();
  const isQuoted = bare.length > 1 && bare.startsWith('"') && bare.endsWith('"');
  return [name.trim().toLowerCase(), isQuoted ? bare.slice(1, -1).replace(/\\([^])/g, "$1") : bare];
}
function qualityOf(text2) {
  return /^\d+(?:\.\d*)?$|^\.\d+$/.test(text2) ? Math.min(Number(text2), 1) : 0;
}

// lib/formats/negotiate.ts
function negotiate(accept, formats) {
  const asked = clauses(accept);
  const acceptable = formats.map((format2) => bestMatch(format2, asked)).filter((match) => match !== void 0 && match.clause.quality > 0);
  const [best] = acceptable.sort(
    (a, b) => b.clause.quality - a.clause.quality || b.precision - a.precision || asked.indexOf(a.clause) - asked.indexOf(b.clause)
  );
  const format = best?.format ?? formats[0];
  const escaping = ESCAPINGS.find((each) => each === best?.clause.parameters.get("escaping")) ?? "underscores";
  return format.withEscaping?.(escaping) ?? format;
}
function bestMatch(format, asked) {
  const matches = asked.map((clause) => ({ format, clause, precision: precisionOf(clause, format) })).filter(({ precision }) => precision >= 0);
  return matches.sort((a, b) => b.precision - a.precision || b.clause.quality - a.clause.quality)[0];
}
function precisionOf({ value, parameters }, { mediaType, version }) {
  if (value === "*/*" || value === "*") return 0;
  if (value === `${mediaType.split("/", 1)[0]}/*`) return 1;
  if (value !== mediaType) return -1;
  if (!parameters.has("version")) return 2;
  return parameters.get("version") === version ? 3 : -1;
}

// lib/formats/variants.ts
function inVariants(escaping, make) {
  const made = /* @__PURE__ */ new Map();
  const withEscaping = (wanted) => {
    const format = made.get(wanted) ?? { ...make(wanted), withEscaping };
    made.set(wanted, format);
    return format;
  };
  return withEscaping(escaping);
}

// lib/formats/text1.ts
var text1 = /* @__PURE__ */ inVariants("allow-utf-8", (escaping) => ({
  name: "text1",
  mediaType: "text/plain",
  version: "1.0.0",
  contentType: `text/plain; version=1.0.0; charset=utf-8; escaping=${escaping}`,
  write: textWriter(escaping)
}));

// lib/formats/openmetrics.ts
function openMetricsWith(options = {}) {
  const { created = false, escaping = "underscores" } = options;
  if (!ESCAPINGS.includes(escaping)) {
    throw new MetricError("ERR_OPTION", `openMetricsWith: escaping: expected one of ${show(ESCAPINGS)}, got ${show(escaping)}`);
  }
  return inVariants(escaping, (variant) => openMetricsFormat(created, variant));
}
var openMetrics = /* @__PURE__ */ openMetricsWith();
function openMetricsFormat(created, escaping) {
  const dialect = {
    escaping,
    suffixes: { counter: "_total", info: "_info", gaugeSum: "_gsum", gaugeCount: "_gcount" },
    bound: canonicalBound,
    time: (timestampMs) => ` ${secondsText(timestampMs)}`,
    isStrict: true,
    exemplar: (exemplar, bound) => exemplarText(exemplar, escaping, bound),
    ...created ? { created: secondsText } : {}
  };
  const write = remembered((family, name) => familyText(family, name, dialect));
  return {
    name: "openmetrics",
    mediaType: "application/openmetrics-text",
    version: "1.0.0",
    contentType: `application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=${escaping}`,
    write: (given) => {
      const families = [...given].map(lawful);
      const shown = shownNames(families, escaping);
      return chunked(families, (family) => write(family, shown(family)), "# EOF\n");
    }
  };
}
function familyText(family, fullName, dialect) {
  const name = familyName(fullName, family.type);
  const shown = nameText(name);
  let head = `# TYPE ${shown} ${family.type}`;
  if (showsUnit(family, name)) head += `
# UNIT ${shown} ${family.unit}`;
  if (family.help !== "") head += `
# HELP ${shown} ${quotedText(family.help)}`;
  return { head, lines: sampleLines(family, name, dialect) };
}
function showsUnit({ type, unit }, name) {
  return unit !== void 0 && /^[a-zA-Z0-9_:]+$/.test(unit) && name.endsWith(`_${unit}`) && type !== "info" && type !== "stateset";
}
function exemplarText({ labels, value, timestampMs }, escaping, bound = Infinity) {
  const length = [...Object.entries(labels).flat().join("")].length;
  if (length > 128 || !(value <= bound) || Object.hasOwn(labels, "") || Object.hasOwn(labels, "__name__")) return "";
  const time = timestampMs === void 0 ? "" : ` ${secondsText(timestampMs)}`;
  return ` # {${labelPairs2(labels, escaping)}} ${valueText(value)}${time}`;
}

// lib/parsing/line.ts
var Line = class {
  constructor() {
    /** The name of the sample, or of the family that the metadata are for. */
    this.name = "";
    this.nameAt = 0;
    /** The help, type or unit. */
    this.text = "";
    this.textAt = 0;
    this.labels = new LabelList();
    this.value = 0;
    this.valueAt = 0;
    this.valueEnd = 0;
    this.timestampAt = 0;
    this.exemplarAt = 0;
  }
};
var LabelList = class {
  constructor() {
    this.names = [];
    this.values = [];
    /** Where each name begins in the scanner's text. */
    this.places = [];
    /** The text that holds them, and where the braces begin and end there. */
    this.text = "";
    this.start = 0;
    this.end = 0;
    /** Whether no name is quoted. */
    this.areNamesBare = true;
    /** Whether a value may have been written with escapes. */
    this.hasEscapes = false;
  }
  /** Begins another line, whose labels are then set one by one. */
  begin(text2, at) {
    this.text = text2;
    this.start = at;
    this.metricName = void 0;
    this.areNamesBare = true;
    this.hasEscapes = false;
  }
  set(at, name, value, place) {
    this.names[at] = name;
    this.values[at] = value;
    this.places[at] = place;
  }
  /** Drops all labels but the first `count`. */
  cut(count) {
    if (this.names.length === count) return;
    this.names.length = count;
    this.values.length = count;
    this.places.length = count;
  }
  /** A new object with the labels, but for one, such as `le`. */
  toObject(except) {
    const { names, values } = this;
    const labels = {};
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      if (name === except) continue;
      if (name !== "__proto__") labels[name] = values[i];
      else Object.defineProperty(labels, name, { value: values[i], enumerable: true, configurable: true, writable: true });
    }
    return labels;
  }
  get(name) {
    const at = this.names.indexOf(name);
    return at < 0 ? void 0 : this.values[at];
  }
  /** Where a label stands. */
  placeOf(name) {
    return this.places[this.names.indexOf(name)];
  }
  /** As written, with the braces. */
  written() {
    return this.text.slice(this.start, this.end);
  }
  /** Whether they are written without needless blanks, escapes, quotes and commas. */
  isPlain() {
    const { names, values } = this;
    let length = 1;
    for (let i = 0; i < names.length; i++) length += names[i].length + values[i].length + 4;
    return length === this.end - this.start && !(this.hasEscapes && this.written().includes("\\"));
  }
};

// lib/parsing/parse-error.ts
var ParseError = class extends Error {
  constructor(reason, line, column) {
    super(`line ${line}, column ${column}: ${reason}`);
    this.name = "ParseError";
    this.line = line;
    this.column = column;
    this.reason = reason;
  }
};
var SHOWN_LENGTH = 80;
var UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
function quote(text2) {
  const isCut = text2.length > SHOWN_LENGTH;
  const shown = isCut ? `${text2.slice(0, SHOWN_LENGTH).replace(/[\ud800-\udbff]$/, "")}\u2026` : text2;
  return JSON.stringify(shown).replace(UNSHOWN, escaped);
}
function escaped(character) {
  return character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
function sampleSubject(name) {
  return `sample ${quote(name)}`;
}

// lib/parsing/scanner.ts
var TAB = 9;
var LINE_FEED = 10;
var BLANK = 32;
var QUOTE = 34;
var HASH = 35;
var COMMA = 44;
var EQUALS = 61;
var BACKSLASH = 92;
var OPEN = 123;
var CLOSE = 125;
var COLON = 58;
var LONG = 16e3;
var MOST_LONG_NAMES = 100;
function isAt(text2, at, word) {
  return text2.slice(at, at + word.length) === word;
}
var Scanner = class {
  /** @param keepsUnknownEscapes - Whether `\x` in a quoted string stands for its two characters, or is an error. */
  constructor(source, keepsUnknownEscapes) {
    /** The piece of the input that is being read. It holds whole lines. */
    this.text = "";
    /** The place in `text` that is read next. */
    this.at = 0;
    /** The number of the current line, from 1. */
    this.line = 0;
    /** Where that line begins in `text`. */
    this.lineStart = 0;
    /** Where it ends: at its line feed, or at the end of the input. */
    this.lineEnd = 0;
    // The first backslash after some place that has been read.
    this.backslash = -1;
    this.lastSampleName = "";
    this.longNames = 0;
    this.source = source;
    this.keepsUnknownEscapes = keepsUnknownEscapes;
  }
  /** Begins the line at `at`. False at the end of the input. */
  nextLine() {
    if (this.at >= this.text.length) {
      const piece = this.source.next(this.line + 1);
      if (piece === void 0) return false;
      this.text = piece;
      this.at = 0;
      this.backslash = -1;
    }
    this.line++;
    this.lineStart = this.at;
    const end = this.text.indexOf("\n", this.at);
    this.lineEnd = end < 0 ? this.text.length : end;
    return true;
  }
  skipBlanks() {
    const { text: text2 } = this;
    let code = text2.charCodeAt(this.at);
    while (code === BLANK || code === TAB) code = text2.charCodeAt(++this.at);
  }
  /** Where the token that begins here ends: at a blank, a tab or the line's end. */
  tokenEnd() {
    const { text: text2, lineEnd } = this;
    let end = this.at;
    for (; end < lineEnd; end++) {
      const code = text2.charCodeAt(end);
      if (code === BLANK || code === TAB) break;
    }
    return end;
  }
  /**
   * Reads a name of letters, digits and `_`, and of `:` if it is a metric's. Empty where none begins.
   * Prometheus data model, "Metric names and labels".
   */
  readName(withColon) {
    const { text: text2, at: start } = this;
    let at = start;
    for (let code = text2.charCodeAt(at); ; code = text2.charCodeAt(++at)) {
      if (code >= 97 ? code <= 122 : code >= 65 ? code <= 90 || code === 95 : code === COLON ? withColon : code >= 48 && code <= 57 && at > start) continue;
      break;
    }
    this.at = at;
    return text2.slice(start, at);
  }
  /** Reads the bare name that a sample begins with. */
  readSampleName() {
    const { text: text2, at, lastSampleName: hint } = this;
    const next = text2.charCodeAt(at + hint.length);
    if (hint !== "" && (next === OPEN || next === BLANK) && isAt(text2, at, hint)) {
      this.at += hint.length;
      return hint;
    }
    const name = this.readName(true);
    if (name === "") this.fail(`sample: expected the name of a metric, got ${this.found()}`);
    return this.lastSampleName = this.countLong(name, at);
  }
  /** Reads the name that metadata are for: bare or quoted. */
  readFamilyName(keyword) {
    const start = this.at;
    const isQuoted = this.text.charCodeAt(start) === QUOTE;
    const name = isQuoted ? this.readString("quoted name") : this.readName(true);
    if (name === "") this.fail(`# ${keyword}: expected the name of a metric, got ${isQuoted ? '""' : this.found(start)}`, start);
    return this.countLong(name, start);
  }
  /** Returns a name, or what else is looked up as names are, unless there have been too many long ones. */
  countLong(name, at) {
    if (name.length > LONG && ++this.longNames > MOST_LONG_NAMES) {
      this.fail(`name: expected at most ${MOST_LONG_NAMES} of more than ${LONG} characters, got another of ${name.length}`, at);
    }
    return name;
  }
  /**
   * Reads a help text up to `end` and undoes its escapes.
   *
   * @param mayHaveQuotes - Whether a quote may stand there without a backslash.
   */
  readHelp(end, mayHaveQuotes) {
    const start = this.at;
    const escaped2 = this.text.slice(start, end);
    this.at = end;
    if (!escaped2.includes("\\") && (mayHaveQuotes || !escaped2.includes('"'))) return escaped2;
    const special = mayHaveQuotes ? /\\/g : /["\\]/g;
    let help = "";
    let plain = 0;
    for (let found = special.exec(escaped2); found !== null; found = special.exec(escaped2)) {
      const at = found.index;
      if (found[0] === '"') this.fail('help: expected the quote to be escaped as \\", got it bare', start + at);
      help += escaped2.slice(plain, at) + this.unescape("help", start + at);
      plain = special.lastIndex = at + 2;
    }
    return help + escaped2.slice(plain);
  }
  /**
   * Reads a quoted string, whose opening quote is here, and undoes its escapes. Text format, "Line format";
   * OpenMetrics 1.0, "Escaping".
   *
   * @param subject - What the string is, for messages.
   */
  readString(subject) {
    const start = this.at + 1;
    const end = this.plainEnd(start);
    if (end < 0) return this.readEscaped(subject, start);
    this.at = end + 1;
    return this.text.slice(start, end);
  }
  /**
   * Where the quoted string ends that begins at `start`, after its quote; -1 if it has escapes or no end.
   *
   * `indexOf` takes 9 ns here, a loop 2 ns a character. The next backslash is searched for only when the last one
   * found lies behind, so that all these searches together read the text once.
   */
  plainEnd(start) {
    const end = this.text.indexOf('"', start);
    if (end > this.lineEnd) return -1;
    if (this.backslash < start) {
      const backslash = this.text.indexOf("\\", start);
      this.backslash = backslash < 0 ? Infinity : backslash;
    }
    return this.backslash < end ? -1 : end;
  }
  /** What is at a place, for messages. */
  found(at = this.at) {
    if (at >= this.text.length) return "the end of the input";
    const code = this.text.charCodeAt(at);
    if (code === LINE_FEED) return "the end of the line";
    if (code === BLANK || code === TAB) return code === TAB ? "a tab" : "a blank";
    const token = /[^ \t\n]{1,90}/y;
    token.lastIndex = at;
    return quote(token.exec(this.text)[0]);
  }
  /** @throws {ParseError} always, for a place in the current line. */
  fail(reason, at = this.at) {
    throw new ParseError(reason, this.line, at - this.lineStart + 1);
  }
  readEscaped(subject, start) {
    const { text: text2, lineEnd } = this;
    let string = "";
    let plain = start;
    for (let at = start; at < lineEnd; at++) {
      const code = text2.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return string + text2.slice(plain, at);
      }
      if (code === BACKSLASH) {
        string += text2.slice(plain, at) + this.unescape(subject, at);
        plain = at + 2;
        at++;
      }
    }
    return this.fail(`${subject}: expected a closing quote, got ${this.found(lineEnd)}`, lineEnd);
  }
  /** What the escape at `at`, a backslash, stands for. */
  unescape(subject, at) {
    const code = this.text.charCodeAt(at + 1);
    if (code === BACKSLASH) return "\\";
    if (code === QUOTE) return '"';
    if (code === 110) return "\n";
    const isOther = code !== LINE_FEED && code === code;
    if (this.keepsUnknownEscapes && isOther) return this.text.slice(at, at + 2);
    const rule = this.keepsUnknownEscapes ? "a character after the backslash" : 'one of the escapes \\\\, \\" and \\n';
    return this.fail(`${subject}: expected ${rule}, got ${isOther ? quote(`\\${String.fromCodePoint(this.text.codePointAt(at + 1))}`) : this.found(at + 1)}`, at);
  }
};

// lib/parsing/labels.ts
var FEW = 16;
function readLabels(scanner, list, { isLoose }, mayHaveMetricName) {
  const { names } = list;
  const { areNamesBare: mayHint } = list;
  let count = 0;
  let taken;
  list.begin(scanner.text, scanner.at);
  scanner.at++;
  if (isLoose) scanner.skipBlanks();
  let isFirst = true;
  for (; ; ) {
    if (scanner.text.charCodeAt(scanner.at) === CLOSE && (isFirst || isLoose)) break;
    const start = scanner.at;
    const hint = mayHint ? names[count] : void 0;
    const plainValue = hint === void 0 ? void 0 : readPlainLabel(scanner, hint);
    const name = plainValue === void 0 ? readLabelName(scanner, list) : hint;
    if (isLoose) scanner.skipBlanks();
    const isMetricName2 = plainValue === void 0 && scanner.text.charCodeAt(start) === QUOTE && scanner.text.charCodeAt(scanner.at) !== EQUALS;
    if (isMetricName2 && mayHaveMetricName && (isFirst || isLoose) && list.metricName === void 0) {
      list.metricName = name;
    } else {
      if (name === "__name__") scanner.fail('label "__name__": expected another name, it is reserved for the name of the metric', start);
      if (count >= FEW) taken = (taken ?? new Set(names.slice(0, count))).add(name);
      const isTaken = taken === void 0 ? isAmong(names, count, name) : taken.size === count;
      if (isTaken) scanner.fail(`label ${quote(name)}: expected each label once, got it again`, start);
      if (plainValue === void 0) list.hasEscapes = true;
      list.set(count++, name, plainValue ?? readLabelValue(scanner, name, isLoose), start);
      if (isLoose) scanner.skipBlanks();
    }
    isFirst = false;
    const code = scanner.text.charCodeAt(scanner.at);
    if (code === CLOSE) break;
    if (code !== COMMA) scanner.fail(`labels: expected "," or "}", got ${scanner.found()}`);
    scanner.at++;
    if (isLoose) scanner.skipBlanks();
  }
  scanner.at++;
  list.end = scanner.at;
  list.cut(count);
}
function readPlainLabel(scanner, name) {
  const { text: text2 } = scanner;
  const at = scanner.at + name.length;
  if (text2.charCodeAt(at) !== EQUALS || text2.charCodeAt(at + 1) !== QUOTE || !isAt(text2, scanner.at, name)) return void 0;
  const start = at + 2;
  const end = scanner.plainEnd(start);
  if (end < 0) return void 0;
  scanner.at = end + 1;
  return text2.slice(start, end);
}
function readLabelName(scanner, list) {
  const start = scanner.at;
  if (scanner.text.charCodeAt(start) !== QUOTE) {
    const name2 = scanner.readName(false);
    if (name2 === "") scanner.fail(`labels: expected the name of a label, got ${scanner.found()}`);
    return scanner.countLong(name2, start);
  }
  list.areNamesBare = false;
  const name = scanner.readString("quoted name");
  if (name === "") scanner.fail('quoted name: expected at least one character, got ""', start);
  return scanner.countLong(name, start);
}
function readLabelValue(scanner, name, isLoose) {
  if (scanner.text.charCodeAt(scanner.at) !== EQUALS) scanner.fail(`label ${quote(name)}: expected "=", got ${scanner.found()}`);
  scanner.at++;
  if (isLoose) scanner.skipBlanks();
  if (scanner.text.charCodeAt(scanner.at) !== QUOTE) scanner.fail(`label ${quote(name)}: expected a quoted value, got ${scanner.found()}`);
  return scanner.readString("label value");
}
function isAmong(names, count, name) {
  for (let i = 0; i < count; i++) if (names[i] === name) return true;
  return false;
}

// lib/parsing/numbers.ts
var POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
function parseNumber(text2, from, to) {
  const isNegative = text2.charCodeAt(from) === 45;
  const start = isNegative || text2.charCodeAt(from) === 43 ? from + 1 : from;
  let mantissa = 0;
  let at = start;
  let digit;
  while (at < to && (digit = text2.charCodeAt(at) - 48) >= 0 && digit <= 9) {
    mantissa = mantissa * 10 + digit;
    at++;
  }
  let digits = at - start;
  let decimals = 0;
  if (at < to && text2.charCodeAt(at) === 46) {
    const point = at++;
    while (at < to && (digit = text2.charCodeAt(at) - 48) >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      at++;
    }
    decimals = at - point - 1;
    digits += decimals;
  }
  if (digits === 0) return parseWord(text2.slice(from, to));
  if (at === to && digits <= 15) {
    const value2 = decimals === 0 ? mantissa : mantissa / POWERS[decimals];
    return isNegative ? -value2 : value2;
  }
  if (at < to && !isExponent(text2, at, to)) return void 0;
  const value = Number(text2.slice(from, to));
  return Number.isFinite(value) ? value : void 0;
}
function parseSeconds(text2, from, to) {
  const seconds = parseNumber(text2, from, to);
  if (seconds === void 0 || !Number.isFinite(seconds)) return void 0;
  const digits = text2.slice(from, to);
  const milliseconds = /e/i.test(digits) ? seconds * 1e3 : Number(`${digits}e3`);
  return Number.isFinite(milliseconds) ? milliseconds : void 0;
}
var MAX_INTEGER = 2 ** 63 - 1024;
function parseInteger(text2, from, to) {
  const first = text2.charCodeAt(from);
  const start = first === 45 || first === 43 ? from + 1 : from;
  if (start === to) return void 0;
  for (let at = start; at < to; at++) {
    const digit = text2.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return void 0;
  }
  const digits = text2.slice(start, to).replace(/^0+/, "");
  if (digits.length <= 15) return Number(digits) * (first === 45 ? -1 : 1);
  if (digits.length > 19) return void 0;
  const integer = BigInt(digits) * (first === 45 ? -1n : 1n);
  if (BigInt.asIntN(64, integer) !== integer) return void 0;
  return Math.max(-MAX_INTEGER, Math.min(Number(integer), MAX_INTEGER));
}
function parseWord(word) {
  switch (word.toLowerCase()) {
    case "nan":
      return NaN;
    case "inf":
    case "+inf":
    case "infinity":
    case "+infinity":
      return Infinity;
    case "-inf":
    case "-infinity":
      return -Infinity;
    default:
      return void 0;
  }
}
function isExponent(text2, from, to) {
  let at = from;
  if ((text2.charCodeAt(at++) | 32) !== 101) return false;
  if (text2.charCodeAt(at) === 43 || text2.charCodeAt(at) === 45) at++;
  if (at >= to) return false;
  for (; at < to; at++) {
    const digit = text2.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return false;
  }
  return true;
}

// lib/parsing/openmetrics-lines.ts
var LABEL_RULES = { isLoose: false };
function readOpenMetricsLine(scanner, line) {
  if (!scanner.nextLine()) {
    scanner.line++;
    scanner.lineStart = scanner.at;
    return scanner.fail('exposition: expected "# EOF" as the last line, got the end of the input');
  }
  if (scanner.text.charCodeAt(scanner.at) === HASH) return readHashLine(scanner, line);
  readSample(scanner, line);
  return "sample";
}
var KINDS = /* @__PURE__ */ new Map([
  ["HELP", "help"],
  ["TYPE", "type"],
  ["UNIT", "unit"]
]);
function readHashLine(scanner, line) {
  const { text: text2, at } = scanner;
  if (text2.startsWith("# EOF", at)) return readEnd(scanner);
  const keyword = text2.slice(at + 2, at + 6);
  const kind = KINDS.get(keyword);
  if (text2.charCodeAt(at + 1) !== BLANK || kind === void 0) {
    return scanner.fail(`line: expected "# HELP", "# TYPE", "# UNIT" or "# EOF", got ${quote(text2.slice(at, Math.min(scanner.lineEnd, at + 90)))}`);
  }
  scanner.at += 6;
  if (!skipBlank(scanner)) scanner.fail(`# ${keyword}: expected one blank, got ${scanner.found()}`);
  line.nameAt = scanner.at;
  line.name = scanner.readFamilyName(keyword);
  if (!skipBlank(scanner)) scanner.fail(`# ${keyword} ${quote(line.name)}: expected one blank, got ${scanner.found()}`);
  line.textAt = scanner.at;
  const end = scanner.lineEnd;
  line.text = kind === "help" ? scanner.readHelp(end, false) : text2.slice(scanner.at, end);
  scanner.at = end;
  endLine(scanner);
  return kind;
}
function readEnd(scanner) {
  scanner.at += 5;
  const isLast = scanner.text.charCodeAt(scanner.at) === LINE_FEED ? scanner.at + 1 : scanner.at;
  if (scanner.at < scanner.text.length && isLast === scanner.at) scanner.fail(`# EOF: expected the end of the line, got ${scanner.found()}`);
  scanner.at = isLast;
  if (scanner.nextLine()) scanner.fail(`# EOF: expected the end of the input after it, got ${scanner.found()}`);
  return "end";
}
function readSample(scanner, line) {
  const { text: text2 } = scanner;
  line.nameAt = scanner.at;
  const isBare = text2.charCodeAt(scanner.at) !== OPEN;
  if (isBare) line.name = scanner.readSampleName();
  if (text2.charCodeAt(scanner.at) === OPEN) {
    readLabels(scanner, line.labels, LABEL_RULES, !isBare);
    if (!isBare) line.name = line.labels.metricName ?? scanner.fail("sample: expected the name of a metric before the braces or first in them, got none", line.nameAt);
  } else {
    line.labels.cut(0);
  }
  if (!skipBlank(scanner)) scanner.fail(`${sampleSubject(line.name)}: expected one blank before the value, got ${scanner.found()}`);
  line.valueAt = scanner.at;
  line.valueEnd = scanner.tokenEnd();
  line.value = parseNumber(text2, scanner.at, line.valueEnd) ?? scanner.fail(`${sampleSubject(line.name)}: expected a number as value, got ${scanner.found()}`);
  scanner.at = line.valueEnd;
  line.timestampMs = void 0;
  line.exemplar = void 0;
  if (text2.charCodeAt(scanner.at) === BLANK && text2.charCodeAt(scanner.at + 1) !== HASH) {
    line.timestampAt = ++scanner.at;
    line.timestampMs = readTimestamp(scanner) ?? scanner.fail(`${sampleSubject(line.name)}: expected seconds as timestamp, got ${scanner.found()}`);
  }
  if (text2.charCodeAt(scanner.at) === BLANK) {
    if (!text2.startsWith(" # {", scanner.at)) {
      scanner.fail(`${sampleSubject(line.name)}: expected the end of the line, or an exemplar after " # ", got ${scanner.found(scanner.at + 1)}`, scanner.at + 1);
    }
    scanner.at += 3;
    line.exemplarAt = scanner.at;
    line.exemplar = readExemplar(scanner);
  }
  endLine(scanner);
}
var EXEMPLAR_LABELS_LIMIT = 128;
function readExemplar(scanner) {
  const start = scanner.at;
  const list = new LabelList();
  readLabels(scanner, list, LABEL_RULES, false);
  let length = 0;
  for (let i = 0; i < list.names.length; i++) length += codePoints(list.names[i]) + codePoints(list.values[i]);
  if (length > EXEMPLAR_LABELS_LIMIT) {
    scanner.fail(`exemplar: expected at most ${EXEMPLAR_LABELS_LIMIT} characters in the names and values of its labels, got ${length}`, start);
  }
  const labels = list.toObject();
  if (!skipBlank(scanner)) scanner.fail(`exemplar: expected one blank before the value, got ${scanner.found()}`);
  const end = scanner.tokenEnd();
  const value = parseNumber(scanner.text, scanner.at, end) ?? scanner.fail(`exemplar: expected a number as value, got ${scanner.found()}`);
  scanner.at = end;
  if (!skipBlank(scanner)) return { labels, value };
  const timestampMs = readTimestamp(scanner) ?? scanner.fail(`exemplar: expected seconds as timestamp, got ${scanner.found()}`);
  return { labels, value, timestampMs };
}
function codePoints(text2) {
  let count = 0;
  for (const _ of text2) count++;
  return count;
}
function readTimestamp(scanner) {
  const end = scanner.tokenEnd();
  const time = parseSeconds(scanner.text, scanner.at, end);
  if (time !== void 0) scanner.at = end;
  return time;
}
function skipBlank(scanner) {
  if (scanner.text.charCodeAt(scanner.at) !== BLANK) return false;
  scanner.at++;
  return true;
}
function endLine(scanner) {
  const { text: text2, at } = scanner;
  if (at >= text2.length) scanner.fail('last line: expected a line feed and "# EOF" after it, got the end of the input');
  if (text2.charCodeAt(at) !== LINE_FEED) scanner.fail(`line: expected its end, got ${scanner.found()}`);
  scanner.at++;
}

// lib/parsing/openmetrics-types.ts
var ROLES = {
  counter: { _total: "value", _created: "created" },
  gauge: { "": "value" },
  histogram: { _bucket: "bucket", _count: "count", _sum: "sum", _created: "created" },
  gaugehistogram: { _bucket: "bucket", _gcount: "count", _gsum: "sum" },
  summary: { "": "quantile", _count: "count", _sum: "sum", _created: "created" },
  info: { _info: "value" },
  stateset: { "": "state" },
  unknown: { "": "value" }
};
function roleLabel(family, type) {
  if (type === "histogram" || type === "gaugehistogram") return { role: "bucket", label: "le" };
  if (type === "summary") return { role: "quantile", label: "quantile" };
  return type === "stateset" ? { role: "state", label: family } : void 0;
}
function valueRule(type, role, value) {
  switch (role) {
    case "created":
      return Number.isFinite(value) ? void 0 : "a time in seconds";
    case "bucket":
    case "count":
      return Number.isInteger(value) && value >= 0 ? void 0 : "a whole number of 0 or more";
    case "sum":
      if (type === "gaugehistogram") return Number.isNaN(value) ? "a number" : void 0;
      return value >= 0 ? void 0 : "a sum of 0 or more";
    case "quantile":
      return value < 0 ? "a value of 0 or more, or NaN" : void 0;
    case "state":
      return value === 0 || value === 1 ? void 0 : "0 or 1";
    case "value":
      if (type === "counter") return value >= 0 ? void 0 : "a value of 0 or more";
      return type === "info" && value !== 1 ? "the value 1" : void 0;
  }
}
function finishPoint(name, type, draft) {
  const { labels, timestampMs, value } = draft;
  switch (type) {
    case "gauge":
    case "unknown":
      return withOptional({ labels, value }, { timestampMs });
    case "info":
      return withOptional({ labels }, { timestampMs });
    case "counter":
      if (value === void 0) fail(name, type, draft, `expected ${quote(`${name}_total`)} beside ${quote(`${name}_created`)}, got none`);
      return withOptional({ labels, value }, { timestampMs, exemplar: draft.exemplar, createdMs: draft.createdMs });
    case "histogram":
    case "gaugehistogram":
      return histogramPoint(name, type, draft);
    case "summary": {
      const quantiles = [...draft.quantiles ?? []].map(([quantile, value2]) => ({ quantile, value: value2 }));
      quantiles.sort((a, b) => a.quantile - b.quantile);
      return withOptional({ labels, quantiles }, { timestampMs, sum: draft.sum, count: draft.count, createdMs: draft.createdMs });
    }
    case "stateset": {
      const states = Object.fromEntries(draft.states ?? []);
      return withOptional({ labels, states }, { timestampMs });
    }
  }
}
function histogramPoint(name, type, draft) {
  const { labels, timestampMs, sum, count, createdMs, buckets = [] } = draft;
  const last = buckets.at(-1);
  const [sumName, countName] = type === "histogram" ? ["_sum", "_count"] : ["_gsum", "_gcount"];
  if (last === void 0 || last.bound !== Infinity) fail(name, type, draft, `expected a bucket with le="+Inf", got ${last === void 0 ? "no bucket" : `${last.bound} as the last`}`);
  if (sum === void 0 !== (count === void 0)) {
    fail(name, type, draft, `expected both ${quote(name + sumName)} and ${quote(name + countName)} or neither, got ${quote(name + (sum === void 0 ? countName : sumName))} alone`);
  }
  if (count !== void 0 && count !== last.count) fail(name, type, draft, `expected the count to be that of the bucket "+Inf", ${last.count}, got ${count}`);
  const hasNegative = buckets[0].bound < 0;
  if (type === "histogram" && hasNegative && sum !== void 0) fail(name, type, draft, `expected no ${quote(name + sumName)}, since a bucket is below 0 and the sum might fall, got ${sum}`);
  if (type === "gaugehistogram" && !hasNegative && sum !== void 0 && sum < 0) fail(name, type, draft, `expected a sum of 0 or more, since no bucket is below 0, got ${sum}`);
  const counts = buckets.map((bucket, i) => i === 0 ? bucket.count : bucket.count - buckets[i - 1].count);
  const exemplars = buckets.some((bucket) => bucket.exemplar !== void 0) ? buckets.map((bucket) => bucket.exemplar) : void 0;
  const bounds2 = buckets.slice(0, -1).map((bucket) => bucket.bound);
  return withOptional({ labels, bounds: bounds2, counts }, { timestampMs, sum, exemplars, createdMs });
}
function fail(name, type, draft, rule) {
  throw new ParseError(`${type} ${quote(name)}: ${rule}`, draft.line, 1);
}
function withOptional(object, optional) {
  const result = object;
  for (const name of Object.keys(optional)) if (optional[name] !== void 0) result[name] = optional[name];
  return object;
}

// lib/parsing/series-keys.ts
var SeriesKeys = class {
  /** @param except - A label to leave out, such as `le`. */
  constructor(except) {
    this.lastNames = [];
    this.lastValues = [];
    this.except = except;
  }
  /** Whether the labels are those of the last key in the same order. Those in another order have the same key. */
  isLast({ names, values }) {
    const { except, lastNames, lastValues } = this;
    let at = 0;
    for (let i = 0; i < names.length; i++) {
      if (names[i] === except) continue;
      if (names[i] !== lastNames[at] || values[i] !== lastValues[at]) return false;
      at++;
    }
    return at === lastNames.length;
  }
  keyOf(list) {
    this.remember(list);
    const key = this.fullKeyOf(list);
    return key.length > LONG ? this.shortened(key) : key;
  }
  fullKeyOf(list) {
    const { names, values } = list;
    if (names.length === 0) return "";
    if (this.isInOrder(list) && list.isPlain()) {
      this.names ?? (this.names = names.slice());
      return list.written();
    }
    const own = names.map((name, at) => ({ name, value: values[at] })).filter(({ name, value }) => name !== this.except && value !== "");
    const first = this.names ?? (this.names = own.map(({ name }) => name));
    const places = this.places ?? (this.places = new Map(first.map((name, place) => [name, place])));
    const placeOf = (name) => places.get(name) ?? first.length;
    own.sort((a, b) => placeOf(a.name) - placeOf(b.name) || (a.name < b.name ? -1 : 1));
    const pairs = own.map(({ name, value }) => `${spelled(name)}="${value.replace(/["\\]/g, "\\$&")}"`);
    return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
  }
  /** The numbers of the key's pieces, which are looked up faster; see `LONG`. */
  shortened(key) {
    const pieces = this.pieces ?? (this.pieces = /* @__PURE__ */ new Map());
    let short = "";
    for (let at = 0; at < key.length; at += LONG) {
      const piece = key.slice(at, at + LONG);
      if (!pieces.has(piece)) pieces.set(piece, pieces.size);
      short += `${pieces.get(piece)} `;
    }
    return short;
  }
  remember({ names, values }) {
    const { except, lastNames, lastValues } = this;
    lastNames.length = 0;
    lastValues.length = 0;
    for (let i = 0; i < names.length; i++) {
      if (names[i] === except) continue;
      lastNames.push(names[i]);
      lastValues.push(values[i]);
    }
  }
  isInOrder({ names, values }) {
    const { except, names: first } = this;
    if (first !== void 0 && names.length !== first.length) return false;
    for (let i = 0; i < names.length; i++) {
      if (values[i] === "" || names[i] === except || first !== void 0 && names[i] !== first[i]) return false;
    }
    return true;
  }
};
function spelled(name) {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}

// lib/parsing/openmetrics-points.ts
var FamilyPoints = class {
  constructor(name, type, scanner) {
    this.points = [];
    // The keys of all series so far.
    this.taken = /* @__PURE__ */ new Set();
    this.key = "";
    this.name = name;
    this.type = type;
    this.scanner = scanner;
    this.roles = new Map(Object.entries(ROLES[type]).map(([suffix, role]) => [name + suffix, role]));
    this.special = roleLabel(name, type);
    this.keys = new SeriesKeys(this.special?.label);
  }
  /** What a sample of that name says; undefined if it is not the family's. */
  roleOf(sample) {
    return this.roles.get(sample);
  }
  add(line, role) {
    const label = this.special?.label;
    const special = label === void 0 ? void 0 : line.labels.get(label);
    if (this.special !== void 0) {
      const isNeeded = this.special.role === role;
      if (isNeeded && special === void 0) this.fail(line, `expected the label ${quote(label)}, got none`, line.nameAt);
      if (!isNeeded && special !== void 0) this.fail(line, `expected no label ${quote(label)}, got one`, line.labels.placeOf(label));
    }
    const mayHaveExemplar = role === "bucket" || role === "value" && this.type === "counter";
    if (line.exemplar !== void 0 && !mayHaveExemplar) {
      this.fail(line, "expected no exemplar: only counters and the buckets of histograms may have one, got one", line.exemplarAt);
    }
    const rule = valueRule(this.type, role, line.value);
    if (rule !== void 0) this.fail(line, `expected ${rule}, got ${line.value}`, line.valueAt);
    const draft = this.draftFor(line, label);
    const isNew = this.put(draft, line, role, special ?? "");
    if (!isNew && line.timestampMs === void 0) this.fail(line, "expected each series once, got it again", line.nameAt);
  }
  /** The family with its points. In the model, counters and info have the names of their samples. */
  finish(metadata) {
    this.finishPoint();
    const suffix = this.type === "counter" ? "_total" : this.type === "info" ? "_info" : "";
    return { name: this.name + suffix, ...metadata, type: this.type, points: this.points };
  }
  /** The point that a line belongs to. "Metric", "MetricPoint": no series comes twice, and its timestamps increase. */
  draftFor(line, except) {
    const { labels, timestampMs } = line;
    const draft = this.draft;
    if (draft === void 0 || !this.keys.isLast(labels)) {
      const key = this.keys.keyOf(labels);
      if (draft === void 0 || key !== this.key) {
        if (this.taken.has(key)) this.fail(line, "expected all samples with the same labels together, got other labels in between", line.nameAt);
        this.taken.add(key);
        this.key = key;
        return this.begin(labels.toObject(except), timestampMs);
      }
    }
    if (timestampMs === draft.timestampMs) return draft;
    if (timestampMs === void 0 || draft.timestampMs === void 0) {
      this.fail(line, "expected a timestamp on all samples with the same labels, or on none", line.valueAt);
    }
    if (timestampMs < draft.timestampMs) {
      this.fail(line, `expected a timestamp not before the ${draft.timestampMs / 1e3} of the line above, got ${timestampMs / 1e3}`, line.timestampAt);
    }
    return this.begin(draft.labels, timestampMs);
  }
  begin(labels, timestampMs) {
    this.finishPoint();
    return this.draft = {
      line: this.scanner.line,
      labels,
      timestampMs,
      value: void 0,
      exemplar: void 0,
      createdMs: void 0,
      sum: void 0,
      count: void 0,
      buckets: void 0,
      quantiles: void 0,
      states: void 0
    };
  }
  finishPoint() {
    if (this.draft !== void 0) this.points.push(finishPoint(this.name, this.type, this.draft));
  }
  /** Puts a sample into its point. False if the point has it already. */
  put(draft, line, role, special) {
    const { value } = line;
    switch (role) {
      case "value":
        if (draft.value !== void 0) return false;
        draft.value = value;
        draft.exemplar = line.exemplar;
        return true;
      case "created":
        if (draft.createdMs !== void 0) return false;
        draft.createdMs = parseSeconds(this.scanner.text, line.valueAt, line.valueEnd);
        return true;
      case "count":
        if (draft.count !== void 0) return false;
        draft.count = value;
        return true;
      case "sum":
        if (draft.sum !== void 0) return false;
        draft.sum = value;
        return true;
      case "bucket":
        this.putBucket(draft, line, special);
        return true;
      case "quantile": {
        const quantile = parseNumber(special, 0, special.length);
        if (quantile === void 0 || !(quantile >= 0 && quantile <= 1)) {
          return this.fail(line, `expected a quantile from 0 to 1, got ${quote(special)}`, line.labels.placeOf("quantile"));
        }
        draft.quantiles ?? (draft.quantiles = /* @__PURE__ */ new Map());
        return draft.quantiles.size < draft.quantiles.set(quantile, draft.quantiles.get(quantile) ?? value).size;
      }
      case "state":
        draft.states ?? (draft.states = /* @__PURE__ */ new Map());
        this.scanner.countLong(special, line.labels.placeOf(this.name));
        return draft.states.size < draft.states.set(special, draft.states.get(special) ?? value === 1).size;
    }
  }
  /** "Histogram": bounds increase, and counts, which are cumulative, do not fall. */
  putBucket(draft, line, le) {
    const { value, exemplar } = line;
    const place = line.labels.placeOf("le");
    const bound = parseNumber(le, 0, le.length);
    if (bound === void 0 || Number.isNaN(bound)) return this.fail(line, `expected a number as le, got ${quote(le)}`, place);
    if (bound === Infinity && le !== "+Inf") this.fail(line, `expected infinity as le to be written "+Inf", got ${quote(le)}`, place);
    const buckets = draft.buckets ?? (draft.buckets = []);
    const last = buckets.at(-1);
    if (last !== void 0 && !(bound > last.bound)) this.fail(line, `expected a higher le than the ${last.bound} of the bucket before, got ${quote(le)}`, place);
    if (last !== void 0 && value < last.count) this.fail(line, `expected at least the count of the bucket before, ${last.count}, got ${value}`, line.valueAt);
    if (exemplar !== void 0 && !(exemplar.value <= bound || bound === Infinity)) {
      this.fail(line, `expected an exemplar of the bucket, of at most ${le}, got ${exemplar.value}`, line.exemplarAt);
    }
    buckets.push({ bound, count: value, exemplar });
  }
  fail({ name }, rule, at) {
    return this.scanner.fail(`${sampleSubject(name)}: ${rule}`, at);
  }
};

// lib/parsing/openmetrics-families.ts
function openMetricsFamilies(scanner) {
  const families = new Families(scanner);
  const line = new Line();
  for (let kind = readOpenMetricsLine(scanner, line); kind !== "end"; kind = readOpenMetricsLine(scanner, line)) {
    if (kind === "sample") families.addSample(line);
    else families.addMetadata(kind, line);
  }
  return families.finish();
}
var Families = class {
  constructor(scanner) {
    this.families = [];
    // The names of all families so far, and of all samples that they could have.
    this.taken = /* @__PURE__ */ new Set();
    this.scanner = scanner;
  }
  /** "MetricFamily metadata", "Unit". */
  addMetadata(kind, line) {
    const scanner = this.scanner;
    const { name, nameAt, text: text2, textAt } = line;
    const subject = `# ${kind.toUpperCase()} ${quote(name)}`;
    const family = this.current?.name === name ? this.current : this.begin(name, nameAt);
    if (family.points !== void 0) scanner.fail(`${subject}: expected it before the samples of the family, got it after`, nameAt);
    if (family[kind] !== void 0) scanner.fail(`${subject}: expected one for each family, got a second`, nameAt);
    if (kind === "type") {
      if (!Object.hasOwn(ROLES, text2)) {
        scanner.fail(`${subject}: expected ${Object.keys(ROLES).join(", ")}, got ${text2 === "" ? "the end of the line" : quote(text2)}`, textAt);
      }
      family.type = text2;
    } else if (kind === "unit") {
      if (!/^[a-zA-Z0-9_:]*$/.test(text2)) scanner.fail(`${subject}: expected a unit of letters, digits, "_" and ":", got ${quote(text2)}`, textAt);
      if (text2 !== "" && !name.endsWith(`_${text2}`)) scanner.fail(`${subject}: expected a name that ends in ${quote(`_${text2}`)}, got ${quote(name)}`, nameAt);
      family.unit = text2;
    } else {
      family.help = text2;
    }
    if ((family.type === "info" || family.type === "stateset") && family.unit) {
      scanner.fail(`${subject}: expected no unit, which ${family.type} cannot have, got ${quote(family.unit)}`, textAt);
    }
  }
  addSample(line) {
    const { name } = line;
    let family = this.current;
    let role = family === void 0 ? void 0 : this.pointsOf(family).roleOf(name);
    if (family === void 0 || role === void 0) {
      this.checkNew(line);
      family = this.begin(name, line.nameAt);
      role = this.pointsOf(family).roleOf(name);
    }
    family.points.add(line, role);
  }
  finish() {
    this.close();
    return this.families;
  }
  begin(name, nameAt) {
    this.close();
    const { line, lineStart } = this.scanner;
    return this.current = { name, line, column: nameAt - lineStart + 1, type: void 0, unit: void 0, help: void 0, points: void 0 };
  }
  /** The family's points. The first call ends its metadata, so that the names of its samples are known. */
  pointsOf(family) {
    if (family.points === void 0) {
      const { name, type = "unknown" } = family;
      this.claim(family, type);
      family.points = new FamilyPoints(name, type, this.scanner);
    }
    return family.points;
  }
  /** "Suffixes": no family may have the name of a sample that another could have. */
  claim({ name, line, column }, type) {
    for (const sample of /* @__PURE__ */ new Set([name, ...Object.keys(ROLES[type]).map((suffix) => name + suffix)])) {
      if (this.taken.has(sample)) {
        throw new ParseError(`${type} ${quote(name)}: expected names that no other family has, got ${quote(sample)} again`, line, column);
      }
      this.taken.add(sample);
    }
  }
  /** Fails for a sample that is not the current family's and whose name is taken. */
  checkNew({ name, nameAt }) {
    if (!this.taken.has(name)) return;
    const current = this.current;
    if (current?.name === name) {
      const expected = Object.keys(ROLES[current.type ?? "unknown"]).map((suffix) => quote(name + suffix));
      this.scanner.fail(`${sampleSubject(name)}: expected ${expected.join(" or ")} in the ${current.type} ${quote(name)}, got ${quote(name)}`, nameAt);
    }
    this.scanner.fail(`${sampleSubject(name)}: expected all samples of a family together, got one of a family that ended before`, nameAt);
  }
  close() {
    const family = this.current;
    if (family === void 0) return;
    const head = { help: family.help ?? "", ...family.unit ? { unit: family.unit } : {} };
    this.families.push(this.pointsOf(family).finish(head));
  }
};

// lib/parsing/source.ts
var PIECE_BYTES = 256 * 1024;
var LINE_LIMIT = 2 ** 28;
var LINE_FEED2 = 10;
var RUN2 = 4096;
var Source = class {
  /** @throws {TypeError} if `input` is neither a string nor a `Uint8Array`. */
  constructor(input) {
    this.at = 0;
    if (typeof input !== "string" && !isBytes(input)) {
      throw new TypeError(`input: expected a string or a Uint8Array, got ${input === null ? "null" : typeof input}`);
    }
    this.input = input;
    if (typeof input !== "string") this.decoder = fatalDecoder();
  }
  /**
   * The next piece: whole lines, each with its line feed, which only the input's last line may lack.
   * Undefined at the end. The lines above an invalid one are a piece of their own.
   *
   * @param line - The number of the piece's first line, for errors.
   * @throws {ParseError} if the first line is not valid Unicode, or too long.
   */
  next(line) {
    const { input, at } = this;
    if (at >= input.length) return void 0;
    if (at === 0) rejectByteOrderMark(input);
    if (typeof input !== "string") return this.decode(input.subarray(at, pieceEnd(input, at)), line);
    const text2 = at === 0 ? input : input.slice(at);
    const invalidAt = SURROGATE.test(text2) ? text2.search(LONE_SURROGATE) : -1;
    const end = invalidAt < 0 ? text2.length : text2.lastIndexOf("\n", invalidAt) + 1;
    if (end === 0) throw new ParseError("text: expected Unicode, got half of a surrogate pair", line, invalidAt + 1);
    this.at += end;
    return text2.slice(0, end);
  }
  decode(bytes, line) {
    if (bytes.length > LINE_LIMIT) throw new ParseError(`line: expected at most ${LINE_LIMIT} bytes, got ${bytes.length}`, line, 1);
    try {
      const text3 = this.decoder?.decode(bytes);
      if (text3 !== void 0) {
        this.at += bytes.length;
        return text3;
      }
    } catch {
    }
    const { text: text2, invalidAt } = decodeUtf8(bytes);
    const end = invalidAt < 0 ? bytes.length : bytes.lastIndexOf(LINE_FEED2, invalidAt) + 1;
    if (end === 0) throw new ParseError(`text: expected UTF-8, got the byte 0x${bytes[invalidAt].toString(16)}`, line, text2.length + 1);
    this.at += end;
    return invalidAt < 0 ? text2 : text2.slice(0, text2.lastIndexOf("\n") + 1);
  }
};
function rejectByteOrderMark(input) {
  const [first, second, third] = typeof input === "string" ? [input.charCodeAt(0)] : input;
  if (first === 65279 || first === 239 && second === 187 && third === 191) {
    throw new ParseError("text: expected no byte order mark at its start, got U+FEFF", 1, 1);
  }
  if (first === 255 && second === 254 || first === 254 && second === 255) {
    throw new ParseError("text: expected UTF-8, got the byte order mark of UTF-16", 1, 1);
  }
}
function isBytes(input) {
  return Object.prototype.toString.call(input) === "[object Uint8Array]";
}
var SURROGATE = /[\ud800-\udfff]/;
var LONE_SURROGATE = /[\ud800-\udfff]/u;
function fatalDecoder() {
  const { TextDecoder } = globalThis;
  return TextDecoder === void 0 ? void 0 : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
}
function pieceEnd(bytes, from) {
  const wanted = from + PIECE_BYTES;
  if (wanted >= bytes.length) return bytes.length;
  const before = bytes.lastIndexOf(LINE_FEED2, wanted - 1);
  if (before >= from) return before + 1;
  const after = bytes.indexOf(LINE_FEED2, wanted);
  return after < 0 ? bytes.length : after + 1;
}
function decodeUtf8(bytes) {
  let text2 = "";
  let units = [];
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at];
    const length = lead < 128 ? 1 : lead < 194 ? 0 : lead < 224 ? 2 : lead < 240 ? 3 : lead < 245 ? 4 : 0;
    if (length === 0 || !isContinued(bytes, at, length)) break;
    let code = length === 1 ? lead : lead & 255 >> length + 1;
    for (let i = 1; i < length; i++) code = code << 6 | bytes[at + i] & 63;
    if (code < 65536) units.push(code);
    else units.push(55232 + (code >> 10), 56320 + (code & 1023));
    at += length;
    if (units.length >= RUN2) {
      text2 += String.fromCharCode(...units);
      units = [];
    }
  }
  return { text: text2 + String.fromCharCode(...units), invalidAt: at < bytes.length ? at : -1 };
}
function isContinued(bytes, at, length) {
  if (at + length > bytes.length) return false;
  for (let i = 1; i < length; i++) if ((bytes[at + i] & 192) !== 128) return false;
  const lead = bytes[at];
  const second = bytes[at + 1];
  if (lead === 224) return second >= 160;
  if (lead === 237) return second < 160;
  if (lead === 240) return second >= 144;
  return lead !== 244 || second < 144;
}

// lib/parsing/text-lines.ts
var LABEL_RULES2 = { isLoose: true };
function readTextLine(scanner, line) {
  while (scanner.nextLine()) {
    scanner.skipBlanks();
    const { text: text2, at } = scanner;
    const code = text2.charCodeAt(at);
    if (code === LINE_FEED) {
      scanner.at++;
    } else if (code === HASH) {
      const kind = readComment(scanner, line);
      if (kind !== void 0) return kind;
    } else if (at < text2.length) {
      readSample2(scanner, line);
      return "sample";
    }
  }
  return "end";
}
function readComment(scanner, line) {
  scanner.at++;
  scanner.skipBlanks();
  const end = scanner.tokenEnd();
  const keyword = end - scanner.at === 4 ? scanner.text.slice(scanner.at, end) : "";
  if (keyword !== "HELP" && keyword !== "TYPE") {
    scanner.at = scanner.lineEnd;
    endLine2(scanner);
    return void 0;
  }
  scanner.at = end;
  scanner.skipBlanks();
  if (keyword === "HELP" && scanner.at === scanner.lineEnd) {
    endLine2(scanner);
    return void 0;
  }
  line.nameAt = scanner.at;
  line.name = scanner.readFamilyName(keyword);
  if (!isTokenEnd(scanner)) scanner.fail(`# ${keyword} ${quote(line.name)}: expected a blank after the name, got ${scanner.found()}`);
  scanner.skipBlanks();
  line.textAt = scanner.at;
  line.text = keyword === "HELP" ? scanner.readHelp(trimmedEnd(scanner), true) : readType(scanner, line.name);
  scanner.skipBlanks();
  endLine2(scanner);
  return keyword === "HELP" ? "help" : "type";
}
function trimmedEnd(scanner) {
  let end = scanner.lineEnd;
  for (; end > scanner.at; end--) {
    const code = scanner.text.charCodeAt(end - 1);
    if (code !== BLANK && code !== TAB) break;
  }
  return end;
}
function readType(scanner, name) {
  const end = scanner.tokenEnd();
  if (end === scanner.at) scanner.fail(`# TYPE ${quote(name)}: expected a type, got ${scanner.found()}`);
  const type = scanner.text.slice(scanner.at, end);
  scanner.at = end;
  scanner.skipBlanks();
  if (scanner.at < scanner.lineEnd) scanner.fail(`# TYPE ${quote(name)}: expected the end of the line after the type, got ${scanner.found()}`);
  return type;
}
function readSample2(scanner, line) {
  line.nameAt = scanner.at;
  const isBare = scanner.text.charCodeAt(scanner.at) !== OPEN;
  if (isBare) {
    line.name = scanner.readSampleName();
    if (!isTokenEnd(scanner) && scanner.text.charCodeAt(scanner.at) !== OPEN) {
      scanner.fail(`${sampleSubject(line.name)}: expected "{" or a blank after the name, got ${scanner.found()}`);
    }
    scanner.skipBlanks();
  }
  if (scanner.text.charCodeAt(scanner.at) === OPEN) {
    readLabels(scanner, line.labels, LABEL_RULES2, !isBare);
    if (!isBare) line.name = line.labels.metricName ?? scanner.fail("sample: expected the name of a metric before or between the braces, got none", line.nameAt);
    scanner.skipBlanks();
  } else {
    line.labels.cut(0);
  }
  readValue(scanner, line);
  endLine2(scanner);
}
function readValue(scanner, line) {
  const { text: text2, at, lineEnd } = scanner;
  line.timestampMs = void 0;
  line.valueAt = at;
  line.valueEnd = lineEnd;
  const value = parseNumber(text2, at, lineEnd);
  if (value !== void 0) {
    line.value = value;
    scanner.at = lineEnd;
    return;
  }
  const end = scanner.tokenEnd();
  line.valueEnd = end;
  line.value = parseNumber(text2, at, end) ?? scanner.fail(`${sampleSubject(line.name)}: expected a number as value, got ${scanner.found()}`);
  scanner.at = end;
  scanner.skipBlanks();
  if (scanner.at === lineEnd) return;
  line.timestampAt = scanner.at;
  const timestampEnd = scanner.tokenEnd();
  line.timestampMs = parseInteger(text2, scanner.at, timestampEnd) ?? scanner.fail(`${sampleSubject(line.name)}: expected whole milliseconds as timestamp, got ${scanner.found()}`);
  scanner.at = timestampEnd;
  scanner.skipBlanks();
  if (scanner.at < lineEnd) scanner.fail(`${sampleSubject(line.name)}: expected the end of the line after the timestamp, got ${scanner.found()}`);
}
function isTokenEnd(scanner) {
  const code = scanner.text.charCodeAt(scanner.at);
  return code === BLANK || code === TAB || code === LINE_FEED || code !== code;
}
function endLine2(scanner) {
  if (scanner.at >= scanner.text.length) scanner.fail("last line: expected a line feed at its end, got the end of the input");
  scanner.at++;
}

// lib/parsing/text-drafts.ts
function newDraft(labels, timestampMs, first) {
  return {
    labels,
    timestampMs,
    steps: [],
    written: [],
    values: [],
    isAscending: true,
    sum: void 0,
    count: void 0,
    spellings: void 0,
    repeats: void 0,
    first,
    point: void 0
  };
}
function hasStep(draft, step, written) {
  const { steps } = draft;
  if (steps.length === 0 || draft.isAscending && step > steps[steps.length - 1]) return false;
  draft.spellings ?? (draft.spellings = new Set(draft.written));
  return draft.spellings.has(written);
}
function addStep(draft, step, written, value) {
  const { steps } = draft;
  if (steps.length > 0 && step <= steps[steps.length - 1]) draft.isAscending = false;
  steps.push(step);
  draft.written.push(written);
  draft.values.push(value);
  draft.spellings?.add(written);
}
function sortSteps(draft) {
  if (draft.isAscending) return;
  const { steps, written, values } = draft;
  const order = [...steps.keys()].sort((a, b) => steps[a] < steps[b] ? -1 : steps[a] > steps[b] ? 1 : 0);
  draft.steps = order.map((i) => steps[i]);
  draft.written = order.map((i) => written[i]);
  draft.values = order.map((i) => values[i]);
}
function histogramPoints(drafts) {
  const points = [];
  let bounds2 = [];
  for (const draft of drafts) {
    const isSumAlone = draft.first !== void 0 && draft.steps.length === 0 && draft.count === void 0;
    const buckets = isSumAlone ? draft.first.point : bucketsOf(draft);
    if (buckets === void 0) return void 0;
    if (!isSame(buckets.bounds, bounds2)) bounds2 = buckets.bounds;
    const point = { labels: draft.labels, bounds: bounds2, counts: buckets.counts };
    if (draft.timestampMs !== void 0) point.timestampMs = draft.timestampMs;
    if (draft.sum !== void 0) point.sum = draft.sum;
    draft.point = point;
    points.push(point);
  }
  return points;
}
function summaryPoints(drafts) {
  const points = [];
  for (const { labels, timestampMs, steps, values, sum, count } of drafts) {
    if (hasTwice(steps)) return void 0;
    const point = { labels, quantiles: steps.map((quantile, i) => ({ quantile, value: values[i] })) };
    if (timestampMs !== void 0) point.timestampMs = timestampMs;
    if (sum !== void 0) point.sum = sum;
    if (count !== void 0) point.count = count;
    points.push(point);
  }
  return points;
}
function bucketsOf({ steps, values, count }) {
  const hasInfinity = steps.at(-1) === Infinity;
  const total = hasInfinity ? values.at(-1) : count ?? values.at(-1);
  if (total === void 0 || count !== void 0 && count !== total || hasTwice(steps)) return void 0;
  const bounds2 = hasInfinity ? steps.slice(0, -1) : steps;
  const counts = [];
  let before = 0;
  for (let i = 0; i <= bounds2.length; i++) {
    const own = (i < bounds2.length ? values[i] : total) - before;
    if (!(own >= 0 && own < Infinity)) return void 0;
    counts.push(own);
    before += own;
  }
  return { bounds: bounds2, counts };
}
function hasTwice(steps) {
  for (let i = 1; i < steps.length; i++) if (steps[i] === steps[i - 1]) return true;
  return false;
}
function isSame(a, b) {
  return a === b || a.length === b.length && a.every((bound, i) => bound === b[i]);
}

// lib/parsing/text-points.ts
var SinglePoints = class {
  constructor() {
    this.points = [];
  }
  add(list, value, timestampMs) {
    this.points.push(singlePoint(list.toObject(), value, timestampMs));
  }
};
var StepPoints = class {
  constructor(name, type) {
    this.drafts = [];
    this.firsts = /* @__PURE__ */ new Map();
    this.name = name;
    this.type = type;
    this.label = type === "histogram" ? "le" : "quantile";
    this.keys = new SeriesKeys(this.label);
  }
  /** Whether its type has such samples. */
  has(role) {
    return role !== "bucket" || this.type === "histogram";
  }
  sampleNames() {
    return [this.type === "histogram" ? `${this.name}_bucket` : this.name, `${this.name}_sum`, `${this.name}_count`];
  }
  add(line, role, scanner) {
    const written = line.labels.get(this.label);
    const isStep = role === (this.type === "histogram" ? "bucket" : "plain");
    if (this.type === "histogram" && (isStep || role === "count") && line.value < 0) {
      scanner.fail(`${sampleSubject(line.name)}: expected a count of 0 or more, got ${line.value}`, line.valueAt);
    }
    if (isStep !== (written !== void 0) || role === "plain" && !isStep) return this.addOdd(line);
    if (written === void 0) {
      const first2 = this.firstOf(line);
      if (role === "sum") (first2.sum === void 0 ? first2 : this.repeatOf(first2, role, line)).sum = line.value;
      else (first2.count === void 0 ? first2 : this.repeatOf(first2, role, line)).count = line.value;
      return;
    }
    const step = parseNumber(written, 0, written.length) ?? scanner.fail(`label "${this.label}": expected a number, got ${quote(written)}`, line.labels.placeOf(this.label));
    if (Number.isNaN(step)) return this.addOdd(line);
    if (written.length > LONG) scanner.countLong(written, line.labels.placeOf(this.label));
    const first = this.firstOf(line);
    addStep(hasStep(first, step, written) ? this.repeatOf(first, `${this.label}=${written}`, line) : first, step, written, line.value);
  }
  /**
   * The family, or, where its lines make no histogram or summary, unknown families with the same samples.
   *
   * @param isAlone - Whether no other family has the name of one of its samples.
   */
  families(help, isAlone) {
    const { name } = this;
    this.drafts.forEach(sortSteps);
    if (isAlone && this.odd === void 0) {
      if (this.type === "histogram") {
        const points = histogramPoints(this.drafts);
        if (points !== void 0) return [{ name, help, type: "histogram", points }];
      } else {
        const points = summaryPoints(this.drafts);
        if (points !== void 0) return [{ name, help, type: "summary", points }];
      }
    }
    return [...this.plainSamples()].map(([sample, points]) => ({ name: sample, help, type: "unknown", points }));
  }
  /** The first point of the series that a line belongs to. */
  firstOf(line) {
    const { labels, timestampMs } = line;
    if (this.last !== void 0 && this.last.timestampMs === timestampMs && this.keys.isLast(labels)) return this.last;
    const id = `${this.keys.keyOf(labels)}@${timestampMs}`;
    let first = this.firsts.get(id);
    if (first === void 0) this.firsts.set(id, first = this.begin(line, void 0));
    return this.last = first;
  }
  /** The point that a repeated sample belongs to: the nth after the first, if it is repeated for the nth time. */
  repeatOf(first, sample, line) {
    const { drafts, times } = first.repeats ?? (first.repeats = { drafts: [], times: /* @__PURE__ */ new Map() });
    const time = times.get(sample) ?? 0;
    times.set(sample, time + 1);
    return drafts[time] ?? (drafts[time] = this.begin(line, first));
  }
  begin({ labels, timestampMs }, first) {
    const draft = newDraft(labels.toObject(this.label), timestampMs, first);
    this.drafts.push(draft);
    return draft;
  }
  addOdd({ name, labels, value, timestampMs }) {
    const odd = this.odd ?? (this.odd = /* @__PURE__ */ new Map());
    let points = odd.get(name);
    if (points === void 0) odd.set(name, points = new SinglePoints());
    points.add(labels, value, timestampMs);
  }
  plainSamples() {
    const samples2 = /* @__PURE__ */ new Map();
    const add = (name, points) => {
      if (points.length > 0) samples2.set(name, [...samples2.get(name) ?? [], ...points]);
    };
    const { drafts } = this;
    const [stepName, sumName, countName] = this.sampleNames();
    add(
      stepName,
      drafts.flatMap(
        ({ labels, timestampMs, written, values }) => (
          // A spread defines, so that even a label named `__proto__` stays.
          written.map((step, i) => singlePoint({ ...labels, [this.label]: step }, values[i], timestampMs))
        )
      )
    );
    const single = (value, { labels, timestampMs }) => value === void 0 ? [] : [singlePoint(labels, value, timestampMs)];
    add(sumName, drafts.flatMap((draft) => single(draft.sum, draft)));
    add(countName, drafts.flatMap((draft) => single(draft.count, draft)));
    for (const [name, { points }] of this.odd ?? []) add(name, points);
    return samples2;
  }
};
function singlePoint(labels, value, timestampMs) {
  return timestampMs === void 0 ? { labels, value } : { labels, value, timestampMs };
}

// lib/parsing/text-families.ts
var TYPES3 = /* @__PURE__ */ new Set(["counter", "gauge", "histogram", "summary", "untyped"]);
function textFamilies(scanner) {
  const families = new Families2(scanner);
  const line = new Line();
  for (let kind = readTextLine(scanner, line); kind !== "end"; kind = readTextLine(scanner, line)) {
    if (kind === "sample") families.addSample(line);
    else if (kind === "help") families.addHelp(line);
    else families.addType(line);
  }
  return families.finish();
}
var Families2 = class {
  constructor(scanner) {
    this.entries = /* @__PURE__ */ new Map();
    this.targets = /* @__PURE__ */ new Map();
    // Of the last sample: most have the same name as the one before.
    this.name = "";
    this.scanner = scanner;
  }
  addHelp({ name, nameAt, text: text2 }) {
    if (text2 === "") return;
    const entry = this.entry(name);
    if (entry.help !== "") this.scanner.fail(`# HELP ${quote(name)}: expected one for each metric, got a second`, nameAt);
    entry.help = text2;
  }
  addType({ name, nameAt, text: text2, textAt }) {
    if (!TYPES3.has(text2)) {
      this.scanner.fail(`# TYPE ${quote(name)}: expected counter, gauge, histogram, summary or untyped, got ${quote(text2)}`, textAt);
    }
    const entry = this.entry(name);
    if (entry.type !== void 0) this.scanner.fail(`# TYPE ${quote(name)}: expected one for each metric, got a second`, nameAt);
    if (this.targets.has(name)) this.scanner.fail(`# TYPE ${quote(name)}: expected it before the first sample of that name, got it after`, nameAt);
    entry.type = text2;
    entry.points = text2 === "histogram" || text2 === "summary" ? new StepPoints(name, text2) : new SinglePoints();
  }
  addSample(line) {
    const { name } = line;
    if (name !== this.name || this.target === void 0) {
      let target = this.targets.get(name);
      if (target === void 0) this.targets.set(name, target = this.newTarget(name));
      this.name = name;
      this.target = target;
    }
    const { points, role } = this.target;
    if (points instanceof SinglePoints) points.add(line.labels, line.value, line.timestampMs);
    else points.add(line, role, this.scanner);
  }
  finish() {
    const families = [];
    for (const { name, help, type, points } of this.entries.values()) {
      if (points === void 0) continue;
      if (points instanceof SinglePoints) {
        const modelType = type === "counter" || type === "gauge" ? type : "unknown";
        families.push({ name, help, type: modelType, points: points.points });
      } else {
        const isAlone = points.sampleNames().every((sample) => sample === name || this.entries.get(sample)?.points === void 0);
        families.push(...points.families(help, isAlone));
      }
    }
    return families;
  }
  entry(name) {
    let entry = this.entries.get(name);
    if (entry === void 0) this.entries.set(name, entry = { name, help: "", type: void 0, points: void 0 });
    return entry;
  }
  /** The family of that name, or else the histogram or summary that has such samples. */
  newTarget(name) {
    const own = this.entries.get(name);
    if (own?.points === void 0) {
      for (const [suffix, role] of SUFFIXES) {
        const steps = name.endsWith(suffix) ? this.entries.get(name.slice(0, -suffix.length))?.points : void 0;
        if (steps instanceof StepPoints && steps.has(role)) return { points: steps, role };
      }
    }
    const entry = own ?? this.entry(name);
    entry.points ?? (entry.points = new SinglePoints());
    return { points: entry.points, role: "plain" };
  }
};
var SUFFIXES = [
  ["_bucket", "bucket"],
  ["_sum", "sum"],
  ["_count", "count"]
];

// lib/parse.ts
function parse(input, options = {}) {
  const { scanner, families } = open(input, options);
  return families(scanner);
}
function parseSamples(input, options = {}) {
  const { scanner, read } = open(input, options);
  return samples(scanner, read);
}
var READERS = {
  text: { read: readTextLine, families: textFamilies, keepsUnknownEscapes: false },
  openmetrics: { read: readOpenMetricsLine, families: openMetricsFamilies, keepsUnknownEscapes: true }
};
function open(input, { format = "text" }) {
  if (!Object.hasOwn(READERS, format)) {
    throw new TypeError(`format: expected "text" or "openmetrics", got ${typeof format === "string" ? quote(format) : typeof format}`);
  }
  const reader = READERS[format];
  return { ...reader, scanner: new Scanner(new Source(input), reader.keepsUnknownEscapes) };
}
function* samples(scanner, read) {
  const line = new Line();
  for (let kind = read(scanner, line); kind !== "end"; kind = read(scanner, line)) {
    if (kind !== "sample") continue;
    const { name, value, timestampMs, exemplar } = line;
    const sample = { name, labels: line.labels.toObject(), value };
    if (timestampMs !== void 0) sample.timestampMs = timestampMs;
    if (exemplar !== void 0) sample.exemplar = exemplar;
    yield sample;
  }
}
export {
  Counter,
  Gauge,
  Histogram,
  Info,
  MetricError,
  ParseError,
  Registry,
  StateSet,
  Summary,
  defaultBuckets,
  exponentialBuckets,
  linearBuckets,
  negotiate,
  openMetrics,
  openMetricsWith,
  parse,
  parseSamples,
  render,
  text,
  text1
};
