// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	list "github.com/passgate/passgate/policy/breach"
)

const (
	barWidth = 30
	barEvery = 100 * time.Millisecond
)

// bar draws progress on a terminal, and nothing anywhere else.
type bar struct {
	out   io.Writer // nil: nobody is watching
	phase string
	began time.Time // of the phase
	drawn time.Time
}

func newBar(out io.Writer) *bar {
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return &bar{out: out}
	}
	return &bar{}
}

func (b *bar) show(p list.Progress) {
	now := time.Now()
	if b.out == nil || p.Total <= 0 || now.Sub(b.drawn) < barEvery {
		return
	}
	if b.phase != p.Phase {
		b.phase, b.began = p.Phase, now
	}
	b.drawn = now
	fmt.Fprint(b.out, line(p, now.Sub(b.began)))
}

func line(p list.Progress, taken time.Duration) string {
	full := int(barWidth * p.Done / p.Total)
	text := fmt.Sprintf("\r%-6s [%s%s] %3d %%", p.Phase, strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), 100*p.Done/p.Total)
	if p.Done > 0 {
		left := time.Duration(float64(taken) * float64(p.Total-p.Done) / float64(p.Done))
		text += fmt.Sprintf("  %s left", left.Round(time.Second))
	}
	return text + "\x1b[K"
}

// clear removes the bar.
func (b *bar) clear() {
	if !b.drawn.IsZero() {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}
