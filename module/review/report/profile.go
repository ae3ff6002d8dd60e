// SPDX-License-Identifier: Apache-2.0

package report

import (
	"fmt"
	"slices"
)

// Profiles lists the profiles.
func Profiles() []Profile { return []Profile{Plain, PCI, ISO} }

// ParseProfile reads a profile; empty is Plain.
func ParseProfile(text string) (Profile, error) {
	if text == "" {
		return Plain, nil
	}
	if p := Profile(text); slices.Contains(Profiles(), p) {
		return p, nil
	}
	return "", fmt.Errorf("profile: expected plain, pci or iso, found %q", text)
}

// Name is the profile for people.
func (p Profile) Name() string {
	switch p {
	case PCI:
		return "PCI DSS 4.0.1"
	case ISO:
		return "ISO/IEC 27001:2022"
	}
	return "Plain"
}

// clauses are the requirements that a section of the report gives evidence
// for, by their numbers in the standards' own tables of contents.
var clauses = map[Profile]map[string]string{
	PCI: {
		"record": "10.3.2, 10.3.4, 10.5.1", "scope": "10.2.1, 10.7.2", "reconciled": "10.4.1", "totals": "10.2.1.5, 10.2.2", "exceptions": "10.4.1.1, 10.4.3",
		"policies": "8.3.6, 8.3.7", "reviews": "10.4.1, 10.4.2", "others": "10.2.1.5", "privileged": "10.2.1.2, 10.2.1.5", "exemptions": "8.3.6",
		"over_age": "8.3.9", "gaps": "10.2.1.6, 10.7.2", "anomalies": "10.4.1.1", "days": "10.2.1.5",
	},
	ISO: {
		"record": "A.8.15", "scope": "A.8.15, A.8.16", "reconciled": "A.8.16", "totals": "A.5.17, A.5.18", "exceptions": "A.5.25, A.8.16",
		"policies": "A.5.17, A.8.5", "reviews": "A.8.15", "others": "A.5.17, A.5.18", "privileged": "A.8.2", "exemptions": "A.5.17",
		"over_age": "A.5.17", "gaps": "A.8.15", "anomalies": "A.8.16", "days": "A.8.15",
	},
}

// Clauses names what of the profile's standard a section is evidence for.
func (r *Report) Clauses(section string) string { return clauses[r.Profile][section] }
