// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/passgate/passgate/module/audit"
)

// compareFields asks the engine's own aggregations how many documents have each
// field of the schema, and which values, and holds the answer against the trail.
func compareFields(t *testing.T, c *Cluster, index string, lines []map[string]any) {
	t.Helper()
	aggregations := map[string]any{}
	for i, f := range audit.Schema {
		if f.Type == "text" {
			continue // analysed: found by its words, below
		}
		aggregations[fmt.Sprintf("has-%d", i)] = map[string]any{"filter": exists(f.Name)}
		if f.Type == "keyword" || f.Type == "ip" || f.Type == "boolean" {
			aggregations[fmt.Sprintf("values-%d", i)] = map[string]any{"terms": map[string]any{"field": f.Name, "size": mostValues + 1}}
		}
	}
	var answer struct {
		Aggregations map[string]aggregated
	}
	ask(t, c, &answer, http.MethodPost, "/"+index+"/_search", map[string]any{"size": 0, "aggs": aggregations})
	used := 0
	for i, f := range audit.Schema {
		has, values := fieldOf(lines, f.Name)
		if has > 0 {
			used++
		}
		if found, asked := answer.Aggregations[fmt.Sprintf("has-%d", i)]; asked && found.Count != has {
			t.Errorf("%s: %d records have %s, the engine finds %d", c.Dialect, has, f.Name, found.Count)
		}
		if found, asked := answer.Aggregations[fmt.Sprintf("values-%d", i)]; asked && len(values) <= mostValues && !maps.Equal(found.values(), values) {
			t.Errorf("%s: %s has the values %v, the engine finds %v", c.Dialect, f.Name, values, found.values())
		}
	}
	if used < 50 {
		t.Errorf("only %d fields of the schema occur: the comparison says little", used)
	}
	compareSearches(t, c, index, lines)
}

// mostValues bounds the comparison of values: fields with more are names.
const mostValues = 60

type aggregated struct {
	Count   int `json:"doc_count"`
	Buckets []struct {
		Key     any    `json:"key"`
		Spelled string `json:"key_as_string"`
		Count   int    `json:"doc_count"`
	}
}

func (a aggregated) values() map[string]int {
	values := map[string]int{}
	for _, b := range a.Buckets {
		key := b.Spelled
		if key == "" {
			key = fmt.Sprint(b.Key)
		}
		values[key] = b.Count
	}
	return values
}

func exists(field string) map[string]any {
	return map[string]any{"exists": map[string]any{"field": field}}
}

// fieldOf counts the records that have a field, and its values.
func fieldOf(lines []map[string]any, name string) (has int, values map[string]int) {
	values = map[string]int{}
	for _, line := range lines {
		value := lookUp(line, name)
		if value == nil {
			continue
		}
		has++
		all, several := value.([]any)
		if !several {
			all = []any{value}
		}
		seen := map[string]bool{} // a document counts once for each of its values
		for _, v := range all {
			if key := fmt.Sprint(v); !seen[key] {
				seen[key] = true
				values[key]++
			}
		}
	}
	return has, values
}

// lookUp finds a field by its dotted name, where some keys hold dots themselves.
func lookUp(object map[string]any, name string) any {
	if value, ok := object[name]; ok {
		return value
	}
	for at := range len(name) {
		if inner, ok := object[name[:at]].(map[string]any); ok && name[at] == '.' {
			return lookUp(inner, name[at+1:])
		}
	}
	return nil
}

// compareSearches looks for records as an auditor would.
func compareSearches(t *testing.T, c *Cluster, index string, lines []map[string]any) {
	t.Helper()
	middle := lines[len(lines)/2]["@timestamp"].(string)
	for name, s := range map[string]struct {
		query map[string]any
		match func(line map[string]any) bool
	}{
		"place, by ECS's name": {ranged("event.sequence", "lt", 700), func(l map[string]any) bool { return number(l, "Chain.seq") < 700 }},
		"time":                 {ranged("@timestamp", "gte", middle), func(l map[string]any) bool { return l["@timestamp"].(string) >= middle }},
		"network":              {term("source.ip", "2001:db8::/32"), func(l map[string]any) bool { return strings.HasPrefix(fmt.Sprint(lookUp(l, "source.ip")), "2001:db8:") }},
		"words of the message": {map[string]any{"match": map[string]any{"message": "refused"}}, func(l map[string]any) bool { return strings.Contains(l["message"].(string), "refused") }},
		"escaped name": {term("user.target.name", "zoë \u202e"), func(l map[string]any) bool {
			return strings.Contains(fmt.Sprint(lookUp(l, "user.target.name")), "zoë \u202e")
		}},
		"status": {ranged("http.response.status_code", "gte", 400), func(l map[string]any) bool { return number(l, "http.response.status_code") >= 400 }},
	} {
		want := 0
		for _, line := range lines {
			if s.match(line) {
				want++
			}
		}
		var found struct{ Count int }
		ask(t, c, &found, http.MethodPost, "/"+index+"/_count", map[string]any{"query": s.query})
		if found.Count != want || want == 0 {
			t.Errorf("%s, %s: the trail has %d, the engine finds %d", c.Dialect, name, want, found.Count)
		}
	}
}

// number is a field's value; -1 where there is none.
func number(line map[string]any, name string) int64 {
	text, ok := lookUp(line, name).(json.Number)
	if n, err := text.Int64(); ok && err == nil {
		return n
	}
	return -1
}

func term(field string, value any) map[string]any {
	return map[string]any{"term": map[string]any{field: value}}
}

func ranged(field, bound string, value any) map[string]any {
	return map[string]any{"range": map[string]any{field: map[string]any{bound: value}}}
}
