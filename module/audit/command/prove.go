// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/audit/proof"
)

func proveCommand() *cobra.Command {
	cmd := spec{
		use:   "prove --dir DIR [--out NAME] [--json] RECORD",
		short: "Writes a proof for one record that can be checked offline",
		long: `RECORD is its place (Chain.seq) or its id (event.id; for a change, the id the
client was told). Writes NAME.json, the record byte for byte, and
NAME.tlog-proof, a C2SP transparency-log proof. Whoever has the verifier key can
check them without the trail, with check-proof or any other implementation.`,
		example: "  passgate audit prove --dir /var/log/passgate 184222",
		args:    1, run: runProve,
	}.command()
	dirFlag(cmd)
	cmd.Flags().String("out", "", "name of the files without ending; default record-RECORD")
	return cmd
}

func runProve(cmd *cobra.Command, args []string) (*result, error) {
	dir, err := dirOf(cmd)
	if err != nil {
		return nil, err
	}
	seq, err := placeOf(dir, args[0])
	if err != nil {
		return nil, err
	}
	p, err := proof.Prove(dir, seq)
	if err != nil {
		return nil, err
	}
	name, _ := cmd.Flags().GetString("out")
	if name == "" {
		name = fmt.Sprintf("record-%d", seq)
	}
	files := []string{name + ".tlog-proof"}
	if err := os.WriteFile(files[0], p.Proof, 0o640); err != nil {
		return nil, err
	}
	if p.Line != nil {
		files = append(files, name+".json")
		if err := os.WriteFile(files[1], append(p.Line, '\n'), 0o640); err != nil {
			return nil, err
		}
	}
	return &result{
		text: func(w io.Writer) {
			for _, f := range files {
				fmt.Fprintln(w, f)
			}
			if p.Line == nil {
				fmt.Fprintf(w, "record %d isn't in the trail any more, only its hash: if it was retired, its line is wherever it was archived; passgate audit verify tells\n", seq)
			}
		},
		data: map[string]any{"seq": seq, "files": files, "retired": p.Line == nil},
	}, nil
}

// placeOf finds a record by its place or its id.
func placeOf(dir, record string) (int64, error) {
	if seq, err := strconv.ParseInt(record, 10, 64); err == nil {
		return seq, nil
	}
	id := []byte(`"event":{"id":"` + record + `"`)
	for r, err := range audit.Read(dir, audit.Query{Match: func(l []byte) bool { return bytes.Contains(l, id) }}) {
		if err != nil {
			return 0, err
		}
		return r.Seq, nil
	}
	return 0, fmt.Errorf("no record has the id %q", record)
}

func checkProofCommand() *cobra.Command {
	cmd := spec{
		use:   "check-proof --vkey KEY [--json] PROOF LINE",
		short: "Checks the proof of a record, without the trail",
		long: `PROOF is a *.tlog-proof file, LINE a file with the record, byte for byte. No
trail is needed, only the verifier key you trust.

Exit code: 0 the record is in the trail, 1 it isn't or something was altered,
3 could not check.`,
		example: "  passgate audit check-proof --vkey trail.vkey record-184222.tlog-proof record-184222.json",
		args:    2, run: runCheckProof,
	}.command()
	keyFlag(cmd)
	return cmd
}

func runCheckProof(cmd *cobra.Command, args []string) (*result, error) {
	keys, err := keysOf(cmd)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return nil, err
	}
	line, err := os.ReadFile(args[1])
	if err != nil {
		return nil, err
	}
	got, err := proof.Check(text, line, keys)
	if err != nil {
		return nil, err
	}
	return &result{
		text: func(w io.Writer) {
			fmt.Fprintf(w, "proven: this is record %d of the trail %s, under a signed checkpoint of %d records\n", got.Seq, got.Origin, got.Size)
		},
		data: got,
	}, nil
}
