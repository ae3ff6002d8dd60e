// SPDX-License-Identifier: Apache-2.0

package ship

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/engine"
)

// Call is one request that prepares an engine.
type Call struct {
	Method string         `json:"method"`
	Path   string         `json:"path"`
	Body   map[string]any `json:"body"`
}

// policyName is that of the lifecycle policy.
const policyName = "passgate-audit"

// Templates are the requests that prepare an engine for the records: a
// lifecycle policy that deletes no record before keep is over, and an index template with a
// mapping for every field of the schema.
func Templates(k engine.Kind, keep time.Duration) []Call {
	days := max(1, int(keep.Hours()/24))
	if k.OpenSearch {
		return []Call{
			{http.MethodPut, "/_plugins/_ism/policies/" + policyName, ismPolicy(days)},
			{http.MethodPut, "/_index_template/" + policyName, streamTemplate(nil)},
		}
	}
	lifecycle := Call{http.MethodPut, "/_ilm/policy/" + policyName, ilmPolicy(days, k)}
	settings := map[string]any{"index.lifecycle.name": policyName}
	if k.Streams() {
		return []Call{lifecycle, {http.MethodPut, "/_index_template/" + policyName, streamTemplate(settings)}}
	}
	return []Call{lifecycle, {http.MethodPut, "/_template/" + policyName, indexTemplate(k, settings)}}
}

// streamTemplate is a composable template that makes a data stream of the
// first record. Its priority is above the engines' own templates for logs-*-*.
func streamTemplate(settings map[string]any) map[string]any {
	template := map[string]any{"mappings": mappings()}
	if settings != nil {
		template["settings"] = settings
	}
	return map[string]any{
		"index_patterns": []string{"logs-passgate.audit-*"},
		"data_stream":    map[string]any{},
		"priority":       500,
		"template":       template,
	}
}

// indexTemplate is a legacy template, for engines without data streams.
func indexTemplate(k engine.Kind, settings map[string]any) map[string]any {
	m := mappings()
	if k.Typed() {
		m = map[string]any{"_doc": m}
	}
	return map[string]any{"index_patterns": []string{"passgate-audit-*"}, "settings": settings, "mappings": m}
}

// longestMonth is how much younger than its index a record can be.
const longestMonth = 31

// ilmPolicy rolls a data stream over by month and deletes what is too old. An
// index's age counts from its rollover there, when its last record came; that of
// a monthly index, which needs no rollover, from its first.
func ilmPolicy(days int, k engine.Kind) map[string]any {
	if !k.Streams() {
		days += longestMonth
	}
	phases := map[string]any{
		"delete": map[string]any{"min_age": fmt.Sprintf("%dd", days), "actions": map[string]any{"delete": map[string]any{}}},
	}
	if k.Streams() {
		phases["hot"] = map[string]any{"actions": map[string]any{"rollover": map[string]any{"max_age": "30d", "max_size": "50gb"}}}
	}
	return map[string]any{"policy": map[string]any{"phases": phases}}
}

// ismPolicy is the same for OpenSearch, whose min_index_age counts from the first
// record whatever was rolled over (index-management: Transition.kt).
func ismPolicy(days int) map[string]any {
	return map[string]any{"policy": map[string]any{
		"description":   "audit trail of passgate",
		"default_state": "hot",
		"states": []any{
			map[string]any{
				"name":        "hot",
				"actions":     []any{map[string]any{"rollover": map[string]any{"min_index_age": "30d", "min_size": "50gb"}}},
				"transitions": []any{map[string]any{"state_name": "delete", "conditions": map[string]any{"min_rollover_age": fmt.Sprintf("%dd", days)}}},
			},
			map[string]any{"name": "delete", "actions": []any{map[string]any{"delete": map[string]any{}}}, "transitions": []any{}},
		},
		"ism_template": []any{map[string]any{"index_patterns": []string{"logs-passgate.audit-*"}, "priority": 500}},
	}}
}

// mappings are made from the schema. Fields it doesn't know are kept, and not
// indexed. event.sequence is ECS's name for the place in the trail.
func mappings() map[string]any {
	root := map[string]any{}
	for _, f := range audit.Schema {
		put(root, f.Name, property(f.Type))
	}
	put(root, "event.sequence", map[string]any{"type": "alias", "path": "Chain.seq"})
	return map[string]any{"dynamic": false, "properties": root}
}

func property(kind string) map[string]any {
	switch kind {
	case "keyword":
		return map[string]any{"type": "keyword", "ignore_above": 1024}
	case "ip":
		return map[string]any{"type": "ip", "ignore_malformed": true} // a unix socket has none
	}
	return map[string]any{"type": kind}
}

// put sets a property by its dotted name.
func put(properties map[string]any, name string, value map[string]any) {
	first, rest, nested := strings.Cut(name, ".")
	if !nested {
		properties[first] = value
		return
	}
	object, ok := properties[first].(map[string]any)
	if !ok {
		object = map[string]any{"properties": map[string]any{}}
		properties[first] = object
	}
	put(object["properties"].(map[string]any), rest, value)
}

// Install carries the calls out and returns those the engine has no API for: a
// lifecycle policy, where its index management isn't installed. One that is
// there already is left alone where the engine refuses to replace it
// (OpenSearch answers 409).
func Install(ctx context.Context, e *engine.Engine, calls []Call) (lacking []Call, err error) {
	for _, c := range calls {
		body, err := json.Marshal(c.Body)
		if err != nil {
			return lacking, err
		}
		status, _, answer, err := e.Do(ctx, c.Method, c.Path, "application/json", body)
		switch {
		case err != nil:
			return lacking, fmt.Errorf("installing %s: %w", c.Path, err)
		case status == http.StatusConflict || status < 300:
		case c.lifecycle() && unknownPath(status, answer):
			lacking = append(lacking, c)
		default:
			return lacking, fmt.Errorf("installing %s: expected 200, got %d %s; check what the credentials may do", c.Path, status, errorType(answer))
		}
	}
	return lacking, nil
}

// lifecycle tells the policy from the template, without which nothing can be shipped.
func (c Call) lifecycle() bool { return strings.HasSuffix(c.Path, "/policies/"+policyName) }

// unknownPath reports whether the engine has nothing at a path: then its error
// is a sentence, and no object with a type.
func unknownPath(status int, answer []byte) bool {
	var got struct {
		Error string `json:"error"`
	}
	return status == http.StatusBadRequest && json.Unmarshal(answer, &got) == nil && strings.HasPrefix(got.Error, "no handler found")
}

// errorType is the engine's own word for an error, and nothing else of it.
func errorType(answer []byte) string {
	var got struct {
		Error struct {
			Type string `json:"type"`
		} `json:"error"`
	}
	if json.Unmarshal(answer, &got) != nil {
		return ""
	}
	return got.Error.Type
}
