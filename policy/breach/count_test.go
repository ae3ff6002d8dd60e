// SPDX-License-Identifier: Apache-2.0

package breach

import "testing"

func TestCountCode(t *testing.T) {
	t.Parallel()
	for n := uint32(1); n < 16; n++ {
		if countCode(n) >= countCode(n+1) {
			t.Errorf("%d and %d can't be told apart", n, n+1)
		}
	}
	for n := uint32(17); n < 1<<31; n += n/50 + 1 {
		if countCode(n) > countCode(n+1) {
			t.Errorf("%d has a larger code than %d", n, n+1)
		}
		if countCode(n) <= countCode(uint32(float64(n)/1.095)) {
			t.Errorf("%d can't be told from a count 9.5 %% below", n)
		}
	}
	if countCode(0) != 0 || countCode(Uncounted) != 255 {
		t.Errorf("got %d and %d at the ends", countCode(0), countCode(Uncounted))
	}
}
