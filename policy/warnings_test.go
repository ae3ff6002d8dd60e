// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"strings"
	"testing"
)

func TestWarnings(t *testing.T) {
	t.Parallel()
	const bcrypt = "ignores what follows"
	for _, row := range []struct {
		name, policy string
		want         []string
	}{
		{"nothing to say", "min_length 12", nil},
		{"a standard without a limit of bytes", "preset nist-800-63b-4", []string{bcrypt}},
		{"limited by hand", "preset nist-800-63b-4\nmax_bytes 72", nil},
		{"limited by characters", "preset nist-800-63b-4\nmax_length 18", []string{"64 characters must be possible"}},
		{"limited by a cluster's preset", "preset nist-800-63b-4\npreset elasticsearch", nil},
		{"composition against NIST", "preset nist-800-63b-4\nmax_bytes 72\nmin_digits 1", []string{"the policy asks for min_digits 1, but that is forbidden (NIST SP 800-63B-4 §3.1.1.2"}},
		{"two presets that contradict each other", "preset nist-800-63b-4\npreset huawei-css\nmax_bytes 72", []string{"Huawei CSS", "Huawei CSS", "Huawei CSS"}},
		{"less than the preset asks for", "preset nist-800-63b-4\nmin_length 8\nmax_bytes 72", []string{"min_length 8 replaces min_length 15"}},
		{"more than the preset asks for", "preset nist-800-63b-4\nmin_length 20\nmax_bytes 72", nil},
		{"hashes for everybody", "allow_hash bcrypt 10", []string{"for everybody"}},
		{"an exemption that has ended", "exempt bob old jane until 2020-02-29\nexempt eve old jane until 2999-01-01", []string{"bob ended with 2020-02-29"}},
		{"hashes for one", "for svc-*\nallow_hash bcrypt 10", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := policyOf(t, row.policy).Warnings()
			if len(got) != len(row.want) {
				t.Fatalf("warnings %q, want %d", got, len(row.want))
			}
			for i, want := range row.want {
				if !strings.Contains(got[i], want) {
					t.Errorf("warning %q, want %q in it", got[i], want)
				}
			}
		})
	}
}
