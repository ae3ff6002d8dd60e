// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"time"

	"github.com/passgate/passgate/module/audit"
)

// Write makes a trail in dir, which must not hold one, of the traffic that p
// plans, as the gateway opts describes would have recorded it: chained and
// signed, and the gateway can go on where it ends. Without a heartbeat in opts
// one an hour is taken, so that nights don't fill the trail. It returns the
// number of records.
func Write(dir string, p Plan, opts audit.Options) (records int64, err error) {
	if opts.Instance == "" {
		opts.Instance = "gw-1"
	}
	if opts.Heartbeat == 0 {
		opts.Heartbeat = time.Hour
	}
	p.heartbeat = opts.Heartbeat
	return audit.Compose(dir, opts, p.Entries())
}
