package main

import (
	"bytes"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// Gather and encode, as promhttp does it.
type clientGolang struct {
	format   expfmt.FormatType
	registry *prometheus.Registry
	changes  []func()
}

func (c *clientGolang) build(families []family) {
	c.registry = prometheus.NewRegistry()
	for _, each := range families {
		switch each.kind {
		case "counter":
			vector := prometheus.NewCounterVec(prometheus.CounterOpts{Name: each.name, Help: each.help}, each.labelNames)
			c.registry.MustRegister(vector)
			for _, s := range each.series {
				child := vector.WithLabelValues(s.labelValues...)
				child.Add(s.initial)
				c.changes = append(c.changes, func() { child.Add(counterChange) })
			}
		case "gauge":
			vector := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: each.name, Help: each.help}, each.labelNames)
			c.registry.MustRegister(vector)
			for _, s := range each.series {
				child := vector.WithLabelValues(s.labelValues...)
				child.Set(s.initial)
				c.changes = append(c.changes, func() { child.Add(gaugeChange) })
			}
		case "histogram":
			vector := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: each.name, Help: each.help, Buckets: each.bounds}, each.labelNames)
			c.registry.MustRegister(vector)
			for _, s := range each.series {
				child := vector.WithLabelValues(s.labelValues...)
				s.observations(each.bounds, child.Observe)
				change := each.bounds[0]
				c.changes = append(c.changes, func() { child.Observe(change) })
			}
		}
	}
}

func (c *clientGolang) change() {
	for _, change := range c.changes {
		change()
	}
}

func (c *clientGolang) scrape(into *bytes.Buffer) {
	families, err := c.registry.Gather()
	check(err)
	encoder := expfmt.NewEncoder(into, expfmt.NewFormat(c.format))
	for _, each := range families {
		check(encoder.Encode(each))
	}
}
