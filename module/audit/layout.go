// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What stands where under a trail's directory.
const (
	lockFile       = "lock"
	identityFile   = "log.json"
	socketFile     = "control.sock"
	hashesFile     = "tree.hashes"
	checkpointFile = "checkpoint"
	segmentsDir    = "segments"
	checkpointsDir = "checkpoints"
	keysDir        = "keys"
	quarantineDir  = "quarantine"
	reviewsDir     = "reviews"

	keyFile     = "signing.key"
	nextKeyFile = "next.key"

	dirMode  = 0o750
	fileMode = 0o640
	keyMode  = 0o600
)

// Segment is one file of the trail. Its name tells the place of its first
// record and the day (UTC) it was opened on.
type Segment struct {
	Path  string
	First int64
	Day   string // as 20261123
	Size  int64  // bytes when listed
}

// Name is the file's name.
func (s Segment) Name() string { return filepath.Base(s.Path) }

func segmentName(first int64, day string) string {
	return fmt.Sprintf("%012d-%s.jsonl", first, day)
}

func dayOf(t time.Time) string { return t.UTC().Format("20060102") }

func parseSegment(name string) (first int64, day string, ok bool) {
	stem, isSegment := strings.CutSuffix(name, ".jsonl")
	number, day, hasDay := strings.Cut(stem, "-")
	first, err := strconv.ParseInt(number, 10, 64)
	if !isSegment || !hasDay || err != nil || segmentName(first, day) != name {
		return 0, "", false
	}
	_, err = time.Parse("20060102", day)
	return first, day, err == nil
}

// Segments lists the segments of the trail in dir, oldest first. One that is
// still empty isn't listed: the next segment is made before the last record of
// the one before is written, and who read both would miss that record.
func Segments(dir string) ([]Segment, error) {
	all, err := listSegments(dir)
	for len(all) > 0 && all[len(all)-1].Size == 0 {
		all = all[:len(all)-1]
	}
	return all, err
}

// Strangers lists what bears a segment's ending anywhere under dir and is none:
// this program passes over it, and everybody who reads *.jsonl with a tool of
// his own takes it for records. Sign-offs are no part of the trail.
func Strangers(dir string) (names []string, err error) {
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		name, rerr := filepath.Rel(dir, path)
		switch {
		case errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist):
			return nil // nobody can read it; or it was retired in this moment
		case err != nil || rerr != nil:
			return errors.Join(err, rerr)
		case e.IsDir() && name == reviewsDir:
			return fs.SkipDir
		case filepath.Ext(name) == ".jsonl" && !(filepath.Dir(name) == segmentsDir && isSegment(e)):
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for files that are no segments: %w", err)
	}
	return names, nil
}

// isSegment reports whether an entry is a file with a segment's name. What a link
// leads to can be altered elsewhere.
func isSegment(e fs.DirEntry) bool {
	_, _, ok := parseSegment(e.Name())
	return ok && e.Type().IsRegular()
}

func listSegments(dir string) ([]Segment, error) {
	entries, err := os.ReadDir(filepath.Join(dir, segmentsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noTrail(dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("listing the segments: %w", err)
	}
	var found []Segment
	for _, e := range entries {
		if !isSegment(e) {
			continue
		}
		first, day, _ := parseSegment(e.Name())
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // retired in this moment
		}
		if err != nil {
			return nil, fmt.Errorf("listing the segments: %w", err)
		}
		path := filepath.Join(dir, segmentsDir, e.Name())
		found = append(found, Segment{Path: path, First: first, Day: day, Size: info.Size()})
	}
	slices.SortFunc(found, func(a, b Segment) int {
		return cmp.Or(cmp.Compare(a.First, b.First), strings.Compare(a.Day, b.Day))
	})
	return found, nil
}

// noTrail is the error for a directory without a trail: nearly always a path
// that was mistyped or left out.
func noTrail(dir string, err error) error {
	return fmt.Errorf("expected the directory of a trail, with %s and segments in it, found none in %s; name it as the Caddyfile's audit option does: %w", identityFile, dir, err)
}
