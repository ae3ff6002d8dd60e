// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"strings"
	"testing"
	"time"

	list "github.com/passgate/passgate/policy/breach"
)

func TestLine(t *testing.T) {
	t.Parallel()
	got := line(list.Progress{Phase: "merge", Done: 25, Total: 100}, 10*time.Second)
	if !strings.Contains(got, "merge  [=======                       ]  25 %  30s left") {
		t.Errorf("got %q", got)
	}
	if got := line(list.Progress{Phase: "sort", Total: 100}, 0); !strings.Contains(got, "]   0 %\x1b") {
		t.Errorf("got %q", got)
	}
}

// Where nobody watches nothing is drawn: logs are full enough.
func TestNoBarInAFile(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	b := newBar(&out)
	b.show(list.Progress{Phase: "merge", Done: 1, Total: 2})
	b.clear()
	if out.Len() > 0 {
		t.Errorf("drew %q", out.String())
	}
}
