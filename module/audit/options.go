// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"os"
	"strings"
	"time"

	"github.com/passgate/passgate/module/audit/seal"
)

// Options says how a trail is kept. The zero value is a good default.
type Options struct {
	Instance    string // observer.name; default the host's name
	Environment string // service.environment; default empty
	Version     string // observer.version: the gateway's

	// Origin names the trail in every record and checkpoint. It is fixed when
	// the trail is created; default the instance and eight random digits.
	Origin string
	// SigningKey is the secret that signs checkpoints, as [seal.Key.Secret]
	// spells it; default: made on first start and kept in keys/signing.key.
	SigningKey string

	SegmentSize int64         // bytes after which a new segment begins; default 64 MiB
	Reserve     int64         // bytes set aside for outcomes when the disk is full; default 16 MiB
	WarnFree    int64         // free bytes below which Health warns; default 512 MiB
	StopFree    int64         // free bytes below which changes are refused; default 64 MiB
	Heartbeat   time.Duration // a record at least this often; default one minute
	Timeout     time.Duration // how long Record waits for a slow disk, and Close for who gets copies; default 10 s
	FloodLimit  int           // refusals of one source recorded one by one, a minute; default 60; negative: all
	FloodBurst  int           // before that limit holds, as many are recorded at once; default 5,000
	Retention   time.Duration // records younger than this can't be retired; default 400 days

	// OnRecord gets a copy of every line, without its newline, once it is
	// durable. It may be slow: copies are dropped, and counted, rather than
	// that a change waits for them.
	OnRecord func(line []byte)
	// OnCheckpoint gets every signed checkpoint. Kept elsewhere, they are what
	// the trail's own host can't rewrite. It may be slow too.
	OnCheckpoint func(signed []byte)
	// OnHealth is told when the trail's health changes, and may be slow.
	OnHealth func(Health)

	Now func() time.Time // default time.Now

	purpose string // of a command that takes the gateway's place for a moment

	disk disk                 // default the operating system's
	mono func() time.Duration // a clock nobody can set; default since Open
}

func (o Options) withDefaults() Options {
	if o.Instance == "" {
		o.Instance, _ = os.Hostname()
	}
	fallback(&o.SegmentSize, 64<<20)
	fallback(&o.Reserve, 16<<20)
	fallback(&o.WarnFree, 512<<20)
	fallback(&o.StopFree, 64<<20)
	fallback(&o.Heartbeat, time.Minute)
	fallback(&o.Timeout, 10*time.Second)
	fallback(&o.FloodLimit, 60)
	fallback(&o.FloodBurst, 5000)
	fallback(&o.Retention, 400*24*time.Hour)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.disk == nil {
		o.disk = realDisk{}
	}
	if o.mono == nil {
		start := time.Now()
		o.mono = func() time.Duration { return time.Since(start) }
	}
	return o
}

func fallback[T int | int64 | time.Duration](value *T, byDefault T) {
	if *value == 0 {
		*value = byDefault
	}
}

// origin is the name a new trail gets.
func (o *Options) origin() string {
	if o.Origin != "" {
		return o.Origin
	}
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && seal.ValidOrigin(string(r)) {
			return r
		}
		return '-'
	}, o.Instance)
	id := NewID()
	return cutPlain(name, 150) + "/" + id[len(id)-8:]
}

func cutPlain(s string, limit int) string { return s[:min(len(s), limit)] }
