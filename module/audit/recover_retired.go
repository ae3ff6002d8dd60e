// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"slices"
)

// begins reports whether a record may be the first after a gateway has stopped.
func begins[T string | []byte | Code](code T) bool {
	return string(code) == string(CodeStart) || string(code) == string(CodeOpened)
}

// firsts are what a gateway writes at its start, in one commit.
var firsts = []Code{CodeOpened, CodeStart, CodeTorn, CodeClock, CodeKey, CodeInDoubt}

// starts reports whether a record may be one of a gateway's first.
func starts(code []byte) bool { return slices.Contains(firsts, Code(code)) }

// checkRetired looks into what an unsigned record says of others having been
// retired. A gateway signs such a record before it removes anything: where
// records are gone, and only an unsigned one explains it, whoever removed them
// wrote it.
func (r *recovery) checkRetired() error {
	if !r.retired || r.segments[0].First == 0 {
		return nil
	}
	first := r.segments[0].First
	for rec, err := range Read(r.dir, Query{To: r.point.Size}) {
		if err != nil {
			return err
		}
		if rec.Notice != nil && rec.Notice.Retired != nil && rec.Notice.Retired.Last+1 >= first {
			return nil
		}
	}
	return fmt.Errorf("%w: records 0 to %d are gone, and the record that says they were retired was never signed", errBroken, first-1)
}
