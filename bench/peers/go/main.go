// The Go clients, for the benchmark: builds the registry that a plan describes, and prints it or times how
// long printing takes. `peer <client> dump <rounds>` or `peer <client> measure <milliseconds>`, the plan on
// standard input; see planText in workloads.ts.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/prometheus/common/expfmt"
)

type family struct {
	kind, name, help string
	labelNames       []string
	bounds           []float64
	series           []series
}

type series struct {
	initial     float64
	counts      []int
	labelValues []string
}

// What each client does with a plan.
type client interface {
	build(families []family)
	// Every number that a scrape shows is another afterwards.
	change()
	scrape(into *bytes.Buffer)
}

const (
	counterChange = 1
	gaugeChange   = 0.25
)

func main() {
	// One core, as everything that is compared has.
	runtime.GOMAXPROCS(1)
	clients := map[string]client{
		"client_golang":           &clientGolang{format: expfmt.TypeTextPlain},
		"client_golang, protobuf": &clientGolang{format: expfmt.TypeProtoDelim},
		"VictoriaMetrics/metrics": &victoriaMetrics{},
	}
	chosen, act := clients[os.Args[1]], os.Args[2]
	number, err := strconv.Atoi(os.Args[3])
	check(err)
	chosen.build(readPlan())
	var buffer bytes.Buffer
	if act == "dump" {
		for i := 0; i < number; i++ {
			chosen.change()
		}
		chosen.scrape(&buffer)
		os.Stdout.Write(buffer.Bytes())
		return
	}
	samples := measure(chosen, &buffer, int64(number)*1_000_000)
	check(json.NewEncoder(os.Stdout).Encode(samples))
}

// As measureEach in harness.ts.
func measure(chosen client, buffer *bytes.Buffer, budget int64) []float64 {
	const batch = 20_000_000
	var spent int64
	once := func() int64 {
		chosen.change()
		start := processorNs()
		buffer.Reset()
		chosen.scrape(buffer)
		took := processorNs() - start
		spent += took
		return took
	}
	for i := 0; i < 5 || spent < budget/2; i++ {
		once()
	}
	spent = 0
	samples := []float64{}
	for spent < budget || len(samples) < 5 {
		var total, times int64
		for total < batch {
			total += once()
			times++
		}
		samples = append(samples, float64(total)/float64(times))
	}
	return samples
}

func processorNs() int64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func readPlan() []family {
	var families []family
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if fields[0] == "F" {
			each := family{kind: fields[1], name: fields[2], help: fields[3], labelNames: list(fields[4])}
			for _, bound := range list(fields[5]) {
				each.bounds = append(each.bounds, parse(bound))
			}
			families = append(families, each)
			continue
		}
		each := series{initial: parse(fields[1]), labelValues: fields[3:]}
		for _, count := range list(fields[2]) {
			each.counts = append(each.counts, int(parse(count)))
		}
		last := &families[len(families)-1]
		last.series = append(last.series, each)
	}
	check(lines.Err())
	return families
}

// What a bucket begins with: as many observations of its own bound.
func (each *series) observations(bounds []float64, observe func(value float64)) {
	for bucket, count := range each.counts {
		value := bounds[len(bounds)-1] * 2
		if bucket < len(bounds) {
			value = bounds[bucket]
		}
		for i := 0; i < count; i++ {
			observe(value)
		}
	}
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func parse(text string) float64 {
	value, err := strconv.ParseFloat(text, 64)
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
