// SPDX-License-Identifier: Apache-2.0

package breach

import "testing"

func TestStats(t *testing.T) {
	t.Parallel()
	content, _ := buildList(t, Options{Inputs: []string{wordFile(t, 0, 2000)}, SuffixBytes: 7, bucketBits: 8})
	got := open(t, content).Stats()
	if got.Size != int64(len(content)) || got.Memory != 4*257 || got.Header.Keys != 2000 {
		t.Errorf("got %+v", got)
	}
	if got.Empty != 0 || got.Smallest < 1 || got.Smallest > 7 || got.Largest < 8 || got.Largest > 30 {
		t.Errorf("got buckets %+v", got)
	}
}
