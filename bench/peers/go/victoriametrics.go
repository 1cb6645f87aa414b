package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/VictoriaMetrics/metrics"
)

// Its Prometheus histograms, so that all clients print the same buckets. It prints no HELP and TYPE lines unless
// it is asked to, and is not.
type victoriaMetrics struct {
	set     *metrics.Set
	changes []func()
}

func (c *victoriaMetrics) build(families []family) {
	c.set = metrics.NewSet()
	for _, each := range families {
		for _, s := range each.series {
			name := seriesName(each.name, each.labelNames, s.labelValues)
			switch each.kind {
			case "counter":
				counter := c.set.NewCounter(name)
				counter.Add(int(s.initial))
				c.changes = append(c.changes, func() { counter.Add(counterChange) })
			case "gauge":
				gauge := c.set.NewGauge(name, nil)
				gauge.Set(s.initial)
				c.changes = append(c.changes, func() { gauge.Add(gaugeChange) })
			case "histogram":
				histogram := c.set.NewPrometheusHistogramExt(name, each.bounds)
				s.observations(each.bounds, histogram.Update)
				change := each.bounds[0]
				c.changes = append(c.changes, func() { histogram.Update(change) })
			}
		}
	}
}

func (c *victoriaMetrics) change() {
	for _, change := range c.changes {
		change()
	}
}

func (c *victoriaMetrics) scrape(into *bytes.Buffer) {
	c.set.WritePrometheus(into)
}

func seriesName(name string, labelNames, labelValues []string) string {
	pairs := make([]string, len(labelNames))
	for i, label := range labelNames {
		pairs[i] = fmt.Sprintf("%s=%q", label, labelValues[i])
	}
	return name + "{" + strings.Join(pairs, ",") + "}"
}
