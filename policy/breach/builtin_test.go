// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"context"
	"testing"
)

func TestBuiltin(t *testing.T) {
	t.Parallel()
	if err := Verify(context.Background(), bytes.NewReader(builtin), int64(len(builtin)), nil); err != nil {
		t.Fatal(err)
	}
	if got := Builtin().Header().Keys; got != 49_233 {
		t.Errorf("%d passwords", got)
	}
	tests := []struct {
		password string
		want     bool
	}{
		{"123456", true}, {"password", true}, {"Password", true}, {"QWERTYUIOP", true}, {"iloveyou", true},
		{"", false}, {"correct horse battery staple", false}, {"kX9#vLq2$wPz", false},
	}
	for _, test := range tests {
		if got, err := Builtin().Contains(test.password, 1000); got != test.want || err != nil {
			t.Errorf("%q: got %v, %v", test.password, got, err)
		}
	}
}
