// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress shows how much of the trail has been read, to a terminal and only
// when it takes long enough to wonder.
type progress struct {
	w     io.Writer // nil: nobody is watching
	began time.Time
	shown time.Time
}

// progressAfter is how long a command may be silent.
const progressAfter = 500 * time.Millisecond

func newProgress(w io.Writer) *progress {
	p := &progress{began: time.Now()}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.w = w
		}
	}
	return p
}

func (p *progress) tell(done, total int64) {
	at := time.Now()
	if p.w == nil || total == 0 || at.Sub(p.began) < progressAfter || at.Sub(p.shown) < progressAfter/5 {
		return
	}
	p.shown = at
	fmt.Fprintf(p.w, "\rreading the trail: %d MiB of %d, %d %%", done>>20, total>>20, 100*done/total)
}

func (p *progress) done() {
	if p.w != nil && !p.shown.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
