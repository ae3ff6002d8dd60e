// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/policy"
)

// subject says for whose change a command picks a policy, as the gateway would.
type subject struct {
	policy.Subject
	occasion string
}

// flags defines the flags; target is that of the user's name.
func (s *subject) flags(cmd *cobra.Command, target string) {
	cmd.Flags().StringVar(&s.Target, target, "", "whose password it is to be")
	cmd.Flags().StringVar(&s.Actor, "by", "", "who asks (default: the user himself)")
	cmd.Flags().StringSliceVar(&s.ActorRoles, "role", nil, "the roles of who asks")
	cmd.Flags().StringVar(&s.Cluster, "cluster", "", "name of the cluster")
	cmd.Flags().StringVar(&s.Operation, "operation", "", "the API call by the vendor's name, such as put_user")
	cmd.Flags().StringVar(&s.occasion, "on", "", "change, reset or create (default: by the names)")
}

// change is the subject that was described. Its actor counts as verified.
func (s *subject) change() (policy.Subject, error) {
	if known := []string{"", string(policy.Own), string(policy.Reset), string(policy.Create)}; !slices.Contains(known, s.occasion) {
		return policy.Subject{}, fmt.Errorf("expected --on change, reset or create, found %q", s.occasion)
	}
	described := s.Subject
	if described.Actor == "" {
		described.Actor = described.Target
	}
	described.ActorVerified, described.Occasion = true, policy.Occasion(s.occasion)
	return described, nil
}
