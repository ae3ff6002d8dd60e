// SPDX-License-Identifier: Apache-2.0

package strength

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// The lists are data from elsewhere: a change must be meant.
func TestListsAreThePinnedOnes(t *testing.T) {
	t.Parallel()
	const want = "8344e7689779f2a34e848c203b74affb9b5efeb409c6083a59ac5c78e1a613d7"
	if sum := sha256.Sum256(mustUnzip()); hex.EncodeToString(sum[:]) != want {
		t.Errorf("the unpacked lists have SHA-256 %x, want %s; see genlists", sum, want)
	}
	sizes := make(map[list]int)
	_, words := parseLists(mustUnzip())
	for _, w := range words {
		sizes[w.list]++
	}
	for l, size := range map[list]int{
		passwords: 30000, wikipedia: 30000, femaleNames: 3712, surnames: 10000, filmWords: 19160, maleNames: 984, noList: 0,
	} {
		if sizes[l] != size {
			t.Errorf("list %d: got %d words, want %d", l, sizes[l], size)
		}
	}
}
