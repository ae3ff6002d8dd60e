// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	list "github.com/passgate/passgate/policy/breach"
)

func statsCommand() *cobra.Command {
	var path string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "stats [--file FILE] [--json]",
		Short: "Describes a list",
		Args:  cobra.NoArgs,
	}
	cmd.Flags().StringVar(&path, "file", "", "list to describe (default: the built-in one)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer in JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := statsOf(path)
		if err != nil {
			return failed(cmd, exitFailed, err)
		}
		if asJSON {
			return json.NewEncoder(cmd.OutOrStdout()).Encode(newReport(s))
		}
		newReport(s).print(cmd.OutOrStdout())
		return nil
	}
	return quiet(cmd)
}

func statsOf(path string) (list.Stats, error) {
	if path == "" {
		return list.Builtin().Stats(), nil
	}
	set, err := list.OpenSet(path)
	if err != nil {
		return list.Stats{}, err
	}
	defer set.Close()
	return set.Stats(), nil
}

// report is what stats says; its JSON names are an interface.
type report struct {
	Keys          int64     `json:"keys"`
	Size          int64     `json:"size"`
	Built         time.Time `json:"built"`
	Source        string    `json:"source"`
	Hashing       string    `json:"hashing"`
	Bits          int       `json:"bits_compared"`
	FalsePositive float64   `json:"false_positive_rate"`
	Counts        bool      `json:"counts"`
	MinCount      uint32    `json:"min_count"`
	Memory        int64     `json:"memory"`
	Smallest      int       `json:"smallest_bucket"`
	Largest       int       `json:"largest_bucket"`
	Empty         int       `json:"empty_buckets"`
}

func newReport(s list.Stats) report {
	h := s.Header
	return report{
		h.Keys, s.Size, h.Built, h.Source, h.Hashing.String(), min(h.BucketBits+8*h.SuffixBytes, 160),
		h.FalsePositiveRate(), h.Counts, h.MinCount, s.Memory, s.Smallest, s.Largest, s.Empty,
	}
}

func (r report) print(w io.Writer) {
	fmt.Fprintf(w, "passwords    %d\n", r.Keys)
	fmt.Fprintf(w, "source       %s\n", r.Source)
	fmt.Fprintf(w, "built        %s\n", r.Built.Format(time.DateTime+" MST"))
	fmt.Fprintf(w, "file         %d bytes, %d in memory while open\n", r.Size, r.Memory)
	fmt.Fprintf(w, "compared     %d bits of %s; %.1g of other passwords are found wrongly\n", r.Bits, r.Hashing, r.FalsePositive)
	fmt.Fprintf(w, "counts       %s\n", r.counts())
	fmt.Fprintf(w, "buckets      %d to %d passwords, %d empty\n", r.Smallest, r.Largest, r.Empty)
}

func (r report) counts() string {
	switch {
	case r.Counts:
		return "kept; the policy may choose a min_count"
	case r.MinCount == list.Uncounted:
		return "none; all count as seen often enough"
	}
	return fmt.Sprintf("not kept; all were seen at least %d times", r.MinCount)
}
