// SPDX-License-Identifier: Apache-2.0

package module

import (
	"testing"
	"time"
)

// While every slot is taken nobody judges, and everybody else's traffic goes on.
func TestJudgingWaitsForASlot(t *testing.T) {
	_, upstream := elastic(t)
	r := statefulRig(t, "history 3\n\t\t\tstrength fair", upstream)
	var release []func()
	for range cap(slots) {
		release = append(release, slot())
	}
	answered := make(chan int)
	go func() { answered <- own(r, oldPassword, goodPassword).status }()
	if res := r.change("GET", "/_security/_authenticate", "bob", oldPassword, ""); res.status != 200 {
		t.Errorf("a neighbour: status %d", res.status)
	}
	select {
	case status := <-answered:
		t.Errorf("answered with status %d without a slot", status)
	case <-time.After(100 * time.Millisecond):
	}
	for _, free := range release {
		free()
	}
	if status := <-answered; status != 200 {
		t.Errorf("status %d", status)
	}
	if len(slots) != 0 {
		t.Errorf("%d slots are still taken", len(slots))
	}
}
