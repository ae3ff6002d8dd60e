// SPDX-License-Identifier: Apache-2.0

package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/reconcile"
)

func reconcileCommand() *cobra.Command {
	cmd := spec{
		use:   "reconcile --dir DIR [--cluster NAME] SOURCE [--gateway ADDRESS]... [--json]",
		short: "Finds changes that bypassed the gateway, in the cluster's own log",
		long: `Compares the trail with what the cluster says about its users. SOURCE is one of
  --elasticsearch-log FILE   its audit log, of each node (repeat the flag)
  --opensearch-log FILE      its audit log, one event a line (repeat the flag)
  --opensearch-index NAME    its audit index, such as security-auditlog-*; with --url
  --counters FILE            versions of Elasticsearch's user documents against those
                             kept in FILE by the last run; with --url. For licences
                             without an audit log

The trail records that it was compared, and with what result, for reports and
reviewers; --no-record leaves that out, for copies of a trail.

Exit code: 0 everything is explained, 1 something bypassed the gateway, 2 there
are questions (gaps in the log, writes from the gateway's address without a
record), 3 could not compare.`,
		example: "  passgate audit reconcile --dir /var/log/passgate --cluster prod-os --opensearch-index 'security-auditlog-*' --url https://os-1:9200 --credentials /etc/passgate/auditor",
		run:     runReconcile,
	}.command()
	dirFlag(cmd)
	engineFlags(cmd)
	f := cmd.Flags()
	f.String("cluster", "", "the cluster's name, as the trail has it; default all")
	f.StringArray("elasticsearch-log", nil, "audit log of a node")
	f.StringArray("opensearch-log", nil, "audit log, one event a line")
	f.String("opensearch-index", "", "index with the audit log")
	f.String("counters", "", "file with the counters of the last run; written anew")
	f.StringArray("gateway", nil, "address from which the cluster sees a gateway")
	f.Duration("skew", 5*time.Second, "how far the clocks may be apart")
	f.String("since", "", "compare from this time on; default all the log has")
	f.String("until", "", "compare up to this time")
	f.String("zone", "UTC", "time zone of logs that name none (Elasticsearch 6)")
	f.Bool("no-record", false, "don't record the comparison on the trail")
	return cmd
}

// sources are the flags that say where the cluster's word is.
var sources = []string{"elasticsearch-log", "opensearch-log", "opensearch-index", "counters"}

func runReconcile(cmd *cobra.Command, _ []string) (*result, error) {
	dir, err := dirOf(cmd)
	if err != nil {
		return nil, err
	}
	given := 0
	for _, name := range sources {
		if cmd.Flags().Changed(name) {
			given++
		}
	}
	if given != 1 {
		return nil, errors.New("expected one of --elasticsearch-log, --opensearch-log, --opensearch-index and --counters")
	}
	if cmd.Flags().Changed("counters") {
		return runCounters(cmd, dir)
	}
	o, err := joinOptions(cmd)
	if err != nil {
		return nil, err
	}
	log, err := clusterLog(cmd, o.Since)
	if err != nil {
		return nil, err
	}
	if log.Events == 0 {
		return nil, errors.New("the cluster's log is empty: nothing was compared")
	}
	cluster, _ := cmd.Flags().GetString("cluster")
	report, err := reconcile.Join(log, dir, cluster, o)
	if err != nil {
		return nil, err
	}
	recordComparison(cmd, dir, &audit.Reconciled{
		Cluster: cluster, Since: report.Since, Until: report.Until, Seen: int64(report.Seen), Matched: int64(report.Matched),
		Bypasses: int64(len(report.Bypasses)), Unexplained: int64(len(report.Unexplained)), Gaps: int64(len(report.Gaps)),
	})
	return &result{text: func(w io.Writer) { printJoined(w, report) }, data: report, code: report.ExitCode()}, nil
}

// recordComparison has the trail record the result. Where it can't, that is
// said: the comparison itself holds.
func recordComparison(cmd *cobra.Command, dir string, r *audit.Reconciled) {
	if off, _ := cmd.Flags().GetBool("no-record"); off {
		return
	}
	n := &audit.Notice{Code: audit.CodeReconciled, Reconciled: r}
	if r.Bypasses > 0 {
		n.Code = audit.CodeBypass
	}
	if u, err := user.Current(); err == nil {
		n.By = u.Username
	}
	for _, name := range sources {
		if cmd.Flags().Changed(name) {
			r.Source = name
		}
	}
	if _, err := audit.Ask(dir, audit.Task{Note: n}); err != nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "the trail could not record the comparison:", err)
	}
}

func joinOptions(cmd *cobra.Command) (o reconcile.Options, err error) {
	o.Gateways, _ = cmd.Flags().GetStringArray("gateway")
	o.Skew, _ = cmd.Flags().GetDuration("skew")
	for name, at := range map[string]*time.Time{"since": &o.Since, "until": &o.Until} {
		if text, _ := cmd.Flags().GetString(name); text != "" {
			if *at, err = parseTime(text); err != nil {
				return o, fmt.Errorf("reading --%s: %w", name, err)
			}
		}
	}
	return o, nil
}

// clusterLog reads the cluster's log from wherever the flags say.
func clusterLog(cmd *cobra.Command, since time.Time) (*reconcile.Log, error) {
	if index, _ := cmd.Flags().GetString("opensearch-index"); index != "" {
		e, err := engineOf(cmd)
		if err != nil {
			return nil, err
		}
		return reconcile.OpenSearchIndex(cmd.Context(), &e, index, since)
	}
	flag := "opensearch-log"
	if cmd.Flags().Changed("elasticsearch-log") {
		flag = "elasticsearch-log"
	}
	names, _ := cmd.Flags().GetStringArray(flag)
	files := make(map[string]io.Reader)
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("reading --%s: %w", flag, err)
		}
		defer f.Close()
		files[name] = f
	}
	if flag == "opensearch-log" {
		return reconcile.OpenSearchLog(files)
	}
	zoneName, _ := cmd.Flags().GetString("zone")
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		return nil, fmt.Errorf("reading --zone: %w", err)
	}
	return reconcile.ElasticsearchLog(files, zone)
}

func printJoined(w io.Writer, r *reconcile.Report) {
	fmt.Fprintf(w, "compared %s to %s: the cluster tells of %d changes of users, %d of them are on the trail\n",
		r.Since.UTC().Format(clockFormat), r.Until.UTC().Format(clockFormat), r.Seen, r.Matched)
	for _, s := range r.Bypasses {
		fmt.Fprintln(w, "BYPASS:", s)
	}
	for _, s := range r.Unexplained {
		fmt.Fprintln(w, "unexplained, from a gateway's address or perhaps a deletion:", s)
	}
	for _, g := range r.Gaps {
		fmt.Fprintln(w, "gap:", g)
	}
	for _, o := range r.Unconfirmed {
		fmt.Fprintf(w, "on the trail only: %s by %q at %s (%s)\n", o.Operation, o.Actor, o.From.UTC().Format(clockFormat), o.Change)
	}
}

// runCounters compares the version counters with those of the last run, and
// keeps the new ones for the next.
func runCounters(cmd *cobra.Command, dir string) (*result, error) {
	file, _ := cmd.Flags().GetString("counters")
	cluster, _ := cmd.Flags().GetString("cluster")
	skew, _ := cmd.Flags().GetDuration("skew")
	e, err := engineOf(cmd)
	if err != nil {
		return nil, err
	}
	now, err := reconcile.ElasticsearchCounters(cmd.Context(), &e)
	if err != nil {
		return nil, err
	}
	found, since, err := compareCounters(file, now, dir, cluster, skew)
	if err != nil {
		return nil, err
	}
	if err := keepCounters(file, now); err != nil {
		return nil, err
	}
	first, code := since.IsZero(), 0
	if !first {
		users, excess := int64(len(now.Users)), int64(len(found))
		recordComparison(cmd, dir, &audit.Reconciled{Cluster: cluster, Since: since, Until: now.Time, Seen: users, Matched: users - excess, Unexplained: excess})
	}
	if len(found) > 0 {
		code = 2 // a write needn't have been a change of password
	}
	return &result{
		text: func(w io.Writer) {
			if first {
				fmt.Fprintf(w, "kept the counters of %d users; the next run compares with them\n", len(now.Users))
				return
			}
			fmt.Fprintf(w, "%d users compared, %d written more often than the trail tells\n", len(now.Users), len(found))
			for _, x := range found {
				fmt.Fprintln(w, "EXCESS:", x)
			}
		},
		data: map[string]any{"users": len(now.Users), "first": first, "excess": found},
		code: code,
	}, nil
}

// compareCounters also returns when the counters were last kept: never, where
// this is the first run.
func compareCounters(file string, now *reconcile.Counters, dir, cluster string, skew time.Duration) (found []reconcile.Excess, since time.Time, err error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, since, nil
	}
	if err != nil {
		return nil, since, fmt.Errorf("reading --counters: %w", err)
	}
	before, err := reconcile.ParseCounters(text)
	if err != nil {
		return nil, since, err
	}
	found, err = reconcile.Compare(before, now, dir, cluster, skew)
	return found, before.Time, err
}

func keepCounters(file string, c *reconcile.Counters) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	next := filepath.Join(filepath.Dir(file), "."+filepath.Base(file)+".next")
	if err := os.WriteFile(next, append(text, '\n'), 0o640); err != nil {
		return fmt.Errorf("keeping the counters: %w", err)
	}
	return os.Rename(next, file)
}
