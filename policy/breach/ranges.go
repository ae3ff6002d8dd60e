// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// rangeCount is how many range files Have I Been Pwned has: one for each
// five hex digits.
const rangeCount = 1 << 20

// ranges reads a folder of range files as the Pwned Passwords downloader
// leaves them: 00000.txt to FFFFF.txt, or without an ending, with lines of the
// other 35 digits.
type ranges struct {
	folder string
	names  map[string]*rangeSet // by ending
	number int                  // of the next file
	prefix string
	text   []byte // what is left of the file
	from   Key    // entries before are skipped
	last   Key
}

// rangeSet has a bit for each range.
type rangeSet [rangeCount / 64]uint64

func (s *rangeSet) add(number int)      { s[number/64] |= 1 << (number % 64) }
func (s *rangeSet) has(number int) bool { return s[number/64]>>(number%64)&1 == 1 }

// openRanges looks which ranges there are, so that missing ones are found
// before hours of work.
func openRanges(folder string, from Key, allowMissing bool) (*ranges, error) {
	r := &ranges{
		folder: folder, from: from, names: map[string]*rangeSet{".txt": {}, "": {}},
		number: int(from[0])<<12 | int(from[1])<<4 | int(from[2])>>4,
	}
	if err := r.list(); err != nil {
		return nil, err
	}
	found, missing := 0, ""
	for number := range rangeCount {
		if _, ok := r.name(number); ok {
			found++
		} else if missing == "" {
			missing = fmt.Sprintf("%05X", number)
		}
	}
	if found == 0 || missing != "" && !allowMissing {
		return nil, fmt.Errorf("%s: expected %d range files, found %d, %s is missing; fetch the others, or allow missing ranges and accept a list with holes",
			folder, rangeCount, found, missing)
	}
	return r, nil
}

func (r *ranges) list() error {
	folder, err := os.Open(r.folder)
	if err != nil {
		return err
	}
	defer folder.Close()
	for {
		names, err := folder.Readdirnames(4096)
		for _, name := range names {
			digits, ending := name[:min(5, len(name))], name[min(5, len(name)):]
			number, err := strconv.ParseUint(digits, 16, 20)
			if set := r.names[ending]; set != nil && err == nil && len(digits) == 5 && digits == strings.ToUpper(digits) {
				set.add(int(number))
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// name is the file of a range.
func (r *ranges) name(number int) (string, bool) {
	for _, ending := range []string{".txt", ""} {
		if r.names[ending].has(number) {
			return fmt.Sprintf("%05X", number) + ending, true
		}
	}
	return "", false
}

func (r *ranges) next() (entry, error) {
	for {
		if len(r.text) == 0 {
			if err := r.open(); err != nil {
				return entry{}, err
			}
			continue
		}
		line, rest, _ := bytes.Cut(r.text, []byte("\n"))
		r.text = rest
		if line = trimLineEnd(line); len(line) == 0 {
			continue
		}
		e, err := parseHashLine(r.prefix, line)
		if err != nil {
			return e, fmt.Errorf("range %s: %w", r.prefix, err)
		}
		if compareKeys(e.key, r.last) < 0 {
			return e, fmt.Errorf("range %s: expected ascending hashes, found one out of order; fetch it again", r.prefix)
		}
		r.last = e.key
		// A count of 0 is padding, which the service adds on request.
		if e.count > 0 && compareKeys(e.key, r.from) >= 0 {
			return e, nil
		}
	}
}

// open reads the next range whole; one has some 40 kB.
func (r *ranges) open() (err error) {
	for ; r.number < rangeCount; r.number++ {
		if name, ok := r.name(r.number); ok {
			r.prefix = name[:5]
			r.number++
			r.text, err = os.ReadFile(filepath.Join(r.folder, name))
			return err
		}
	}
	return io.EOF
}

func (r *ranges) close() error { return nil }
