// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/passgate/passgate/module/review"
)

// filterFlags are the flags a filter is given by. They have the names and the
// meaning that pages have in their address, see review.ParseFilter.
type filterFlags struct{ values url.Values }

var columnUsage = map[review.Column]string{
	review.Actor:     "who asked, or in whose name",
	review.Target:    "whose password",
	review.Address:   "the client's address, or a network such as 10.0.0.0/8",
	review.Agent:     "the client's User-Agent",
	review.Cluster:   "the cluster's name",
	review.Dialect:   "elasticsearch, opensearch, huawei_css or custom",
	review.Operation: "the API call, by the vendor's name",
	review.Rule:      "a violated rule, such as min_length",
	review.Code:      "the kind of record, such as CRED-2001 or 'CRED-9*'",
	review.Policy:    "the policy's name, or its digest",
	review.Rehearsed: "a violated rule that is only rehearsed",
	review.Next:      "a policy that is rehearsed beside the one that judged",
	review.NextRule:  "a rule for which that policy would have refused",
	review.Exemption: "who answers for the exemption that let it through, or its reason",
	review.Reason:    "why it could not be read or was forbidden",
}

func (f *filterFlags) add(c *cobra.Command) {
	f.values = url.Values{}
	for _, column := range review.Columns() {
		usage := columnUsage[column]
		if words := review.Vocabulary(column); words != nil {
			usage = strings.Join(words, "|")
		}
		c.Flags().Var(&words{f.values, column.String()}, column.String(), usage)
	}
	for _, flag := range []struct{ name, usage string }{
		{"period", "2026, 2026-Q3, 2026-07, 2026-W30 or 2026-07-14 (UTC)"},
		{"since", "a time, a day, or how long ago: 36h, 7d"},
		{"until", "likewise; not included"},
		{"from", "place in the trail"},
		{"to", "place in the trail; not included"},
		{"text", "must occur in an id, a name, the path or the client's name"},
	} {
		c.Flags().Var(&words{f.values, flag.name}, flag.name, flag.usage)
	}
	for _, flag := range []struct{ name, usage string }{
		{"self", "changes of one's own password; --self=false: of another's"},
		{"enforced", "verdicts that counted; --enforced=false: what monitor mode let pass"},
		{"verified", "actors the cluster has named; --verified=false: claimed ones"},
		{"attention", "only what somebody should look at (severity 4 and 5)"},
		{"changes", "one record of each change, the last word on it"},
	} {
		c.Flags().Var(&words{f.values, flag.name}, flag.name, flag.usage)
		c.Flags().Lookup(flag.name).NoOptDefVal = "yes"
	}
}

// others is --others, which reads better than --self=false.
func (f *filterFlags) addOthers(c *cobra.Command) {
	c.Flags().BoolFunc("others", "changes of another's password", func(string) error {
		if f.values.Has("self") {
			return errors.New("expected --self or --others, found both")
		}
		f.values.Set("self", "no")
		return nil
	})
}

func (f *filterFlags) filter() (review.Filter, error) {
	return review.ParseFilter(f.values, time.Now())
}

// words collects a flag's values, as often as it is given.
type words struct {
	values url.Values
	name   string
}

var _ pflag.Value = (*words)(nil)

// String implements pflag.Value.
func (w *words) String() string {
	if w.values == nil {
		return ""
	}
	return strings.Join(w.values[w.name], ",")
}

// Set implements pflag.Value.
func (w *words) Set(value string) error {
	w.values.Add(w.name, value)
	return nil
}

// Type implements pflag.Value.
func (w *words) Type() string { return "pattern" }
