// Reads expositions with the parsers of Prometheus: lines of {"contentType", "bytes"} on stdin, the bytes in base64. For
// each line it prints one of {"error"} or {"entries"}: the series as the server would store them.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strconv"

	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

type question struct {
	ContentType string `json:"contentType"`
	Bytes       []byte `json:"bytes"`
}

type native struct {
	Schema        int32             `json:"schema"`
	ZeroThreshold string            `json:"zeroThreshold"`
	ZeroCount     string            `json:"zeroCount"`
	Count         string            `json:"count"`
	Sum           string            `json:"sum"`
	Positive      map[string]string `json:"positive"`
	Negative      map[string]string `json:"negative"`
}

type example struct {
	Labels map[string]string `json:"labels"`
	Value  string            `json:"value"`
	Ms     *int64            `json:"ms,omitempty"`
}

type entry struct {
	Labels    map[string]string `json:"labels"`
	Value     string            `json:"value,omitempty"`
	Native    *native           `json:"native,omitempty"`
	Ms        *int64            `json:"ms,omitempty"`
	StartMs   int64             `json:"startMs,omitempty"`
	Exemplars []example         `json:"exemplars,omitempty"`
}

type answer struct {
	Error   string  `json:"error,omitempty"`
	Entries []entry `json:"entries"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<28)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for in.Scan() {
		var q question
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			panic(err)
		}
		entries, err := read(q)
		a := answer{Entries: entries}
		if err != nil {
			a = answer{Error: err.Error()}
		}
		if err := encoder.Encode(a); err != nil {
			panic(err)
		}
	}
}

func read(q question) ([]entry, error) {
	options := textparse.ParserOptions{EnableOpenMetrics2: true, KeepClassicOnClassicAndNativeHistograms: true}
	parser, err := textparse.New(q.Bytes, q.ContentType, labels.NewSymbolTable(), options)
	if err != nil {
		return nil, err
	}
	entries := []entry{}
	for {
		kind, err := parser.Next()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		var e entry
		switch kind {
		case textparse.EntrySeries:
			_, ms, value := parser.Series()
			e.Ms, e.Value = copied(ms), number(value)
		case textparse.EntryHistogram:
			_, ms, h, fh := parser.Histogram()
			if fh == nil {
				fh = h.ToFloat(nil)
			}
			e.Ms, e.Native = copied(ms), nativeOf(fh)
		default:
			continue
		}
		var ls labels.Labels
		parser.Labels(&ls)
		e.Labels, e.StartMs = ls.Map(), parser.StartTimestamp()
		for ex := (exemplar.Exemplar{}); parser.Exemplar(&ex); ex = (exemplar.Exemplar{}) {
			one := example{Labels: ex.Labels.Map(), Value: number(ex.Value)}
			if ex.HasTs {
				ms := ex.Ts
				one.Ms = &ms
			}
			e.Exemplars = append(e.Exemplars, one)
		}
		entries = append(entries, e)
	}
}

func nativeOf(h *histogram.FloatHistogram) *native {
	return &native{
		Schema: h.Schema, ZeroThreshold: number(h.ZeroThreshold), ZeroCount: number(h.ZeroCount), Count: number(h.Count), Sum: number(h.Sum),
		Positive: buckets(h.PositiveBucketIterator()), Negative: buckets(h.NegativeBucketIterator()),
	}
}

func buckets(all histogram.BucketIterator[float64]) map[string]string {
	found := map[string]string{}
	for all.Next() {
		if b := all.At(); b.Count != 0 {
			found[strconv.Itoa(int(b.Index))] = number(b.Count)
		}
	}
	return found
}

// The parsers write the next time to the same place.
func copied(ms *int64) *int64 {
	if ms == nil {
		return nil
	}
	own := *ms
	return &own
}

func number(f float64) string {
	return strconv.FormatFloat(f, 'g', -1, 64)
}
