// Java's client, for the benchmark: builds the registry that a plan describes, and prints it or times how long
// printing takes. `Peer <client> dump <rounds>` or `Peer <client> measure <milliseconds>`, the plan on standard
// input; see planText in workloads.ts.

import com.sun.management.OperatingSystemMXBean;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

final class Peer {
  private static final double COUNTER_CHANGE = 1;
  private static final double GAUGE_CHANGE = 0.25;
  /** Longer than the others', since the process's clock ticks in 10 ms here. */
  private static final long BATCH_NS = 200_000_000;
  /** The compiler is busy with the writer for some seconds. */
  private static final long LEAST_WARM_UP_NS = 3_000_000_000L;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final List<Runnable> changes = new ArrayList<>();
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  public static void main(String[] arguments) throws IOException {
    Peer peer = new Peer();
    peer.build();
    long number = Long.parseLong(arguments[2]);
    if (arguments[1].equals("dump")) {
      for (long round = 0; round < number; round++) peer.change();
      peer.scrape();
      peer.buffer.writeTo(System.out);
      System.out.flush();
    } else {
      System.out.println(peer.measure(number * 1_000_000));
    }
  }

  /** Every number that a scrape shows is another afterwards. */
  private void change() {
    for (Runnable change : changes) change.run();
  }

  private void scrape() throws IOException {
    buffer.reset();
    writer.write(buffer, registry.scrape());
  }

  /** As measureEach in harness.ts. */
  private List<Double> measure(long budgetNs) throws IOException {
    for (long spent = 0; spent < Math.max(budgetNs / 2, LEAST_WARM_UP_NS); ) spent += once();
    List<Double> samples = new ArrayList<>();
    for (long spent = 0; spent < budgetNs || samples.size() < 5; ) {
      long total = 0;
      long times = 0;
      for (; total < BATCH_NS; times++) total += once();
      spent += total;
      samples.add((double) total / times);
    }
    return samples;
  }

  private long once() throws IOException {
    change();
    long start = system.getProcessCpuTime();
    scrape();
    return system.getProcessCpuTime() - start;
  }

  private void build() throws IOException {
    BufferedReader plan = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Family family = null;
    for (String line = plan.readLine(); line != null; line = plan.readLine()) {
      String[] fields = line.split("\t", -1);
      if (fields[0].equals("F")) family = declare(fields);
      else family.add(Double.parseDouble(fields[1]), list(fields[2]), Arrays.copyOfRange(fields, 3, fields.length));
    }
  }

  private interface Family {
    void add(double initial, String[] counts, String[] labelValues);
  }

  private Family declare(String[] fields) {
    String type = fields[1];
    String name = fields[2];
    String help = fields[3];
    String[] labelNames = list(fields[4]);
    switch (type) {
      case "counter":
        Counter counter = Counter.builder().name(name).help(help).labelNames(labelNames).withoutExemplars().register(registry);
        return (initial, counts, labelValues) -> {
          CounterDataPoint point = counter.labelValues(labelValues);
          point.inc(initial);
          changes.add(() -> point.inc(COUNTER_CHANGE));
        };
      case "gauge":
        Gauge gauge = Gauge.builder().name(name).help(help).labelNames(labelNames).withoutExemplars().register(registry);
        return (initial, counts, labelValues) -> {
          GaugeDataPoint point = gauge.labelValues(labelValues);
          point.set(initial);
          changes.add(() -> point.inc(GAUGE_CHANGE));
        };
      default:
        double[] bounds = Arrays.stream(list(fields[5])).mapToDouble(Double::parseDouble).toArray();
        Histogram histogram =
            Histogram.builder().name(name).help(help).labelNames(labelNames).classicOnly().classicUpperBounds(bounds).withoutExemplars().register(registry);
        return (initial, counts, labelValues) -> {
          DistributionDataPoint point = histogram.labelValues(labelValues);
          for (int bucket = 0; bucket < counts.length; bucket++) {
            double value = bucket < bounds.length ? bounds[bucket] : bounds[bounds.length - 1] * 2;
            for (int i = Integer.parseInt(counts[bucket]); i > 0; i--) point.observe(value);
          }
          changes.add(() -> point.observe(bounds[0]));
        };
    }
  }

  private static String[] list(String text) {
    return text.isEmpty() ? new String[0] : text.split(",");
  }
}
