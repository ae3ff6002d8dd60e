// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// progress draws a bar on a terminal once a command takes longer than a moment.
type progress struct {
	out   io.Writer // nil: nobody is watching
	began time.Time
	drawn time.Time
}

const (
	progressAfter = time.Second
	progressEvery = 100 * time.Millisecond
	progressWidth = 30
)

func newProgress(out io.Writer) *progress {
	p := &progress{began: time.Now()}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.out = out
		}
	}
	return p
}

func (p *progress) at(done, total int64) {
	now := time.Now()
	if p.out == nil || total == 0 || now.Sub(p.began) < progressAfter || now.Sub(p.drawn) < progressEvery {
		return
	}
	p.drawn = now
	full := int(progressWidth * done / total)
	left := time.Duration(float64(now.Sub(p.began)) * float64(total-done) / float64(max(done, 1)))
	fmt.Fprintf(p.out, "\r[%s%s] %3d %%  %s left \x1b[K", strings.Repeat("=", full), strings.Repeat(" ", progressWidth-full),
		100*done/total, left.Round(time.Second))
}

// clear removes the bar.
func (p *progress) clear() {
	if p.out != nil && !p.drawn.IsZero() {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
