// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

var durationUnits = []struct {
	suffix string
	length time.Duration
}{{"d", day}, {"h", time.Hour}, {"m", time.Minute}}

// parseDuration reads whole days, hours or minutes: 90d, 12h, 30m.
func parseDuration(arg, usage string) (time.Duration, error) {
	for _, unit := range durationUnits {
		if digits, ok := strings.CutSuffix(arg, unit.suffix); ok {
			n, err := number(digits, usage, 100_000)
			return time.Duration(n) * unit.length, err
		}
	}
	return 0, fmt.Errorf("expected a duration in d, h or m, found %q; write for example %q", arg, usage)
}

// duration writes one for people.
func duration(d time.Duration) string {
	names := map[string]string{"d": "day", "h": "hour", "m": "minute"}
	for _, unit := range durationUnits {
		if d%unit.length == 0 {
			return plural(int(d/unit.length), names[unit.suffix])
		}
	}
	return strconv.FormatFloat(d.Hours(), 'f', -1, 64) + " hours"
}
