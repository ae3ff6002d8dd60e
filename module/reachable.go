// SPDX-License-Identifier: Apache-2.0

package module

import (
	"fmt"
	"slices"
	"strings"

	"github.com/passgate/passgate/policy"
)

// checkReachable finds policies that can never judge anything: behind one that
// matches everybody, and named by no site. Its author believes otherwise.
func (a *App) checkReachable() error {
	var before *policy.Policy
	clusters := a.clusters()
	for _, p := range a.policies {
		pinned := slices.ContainsFunc(a.sites, func(h *Handler) bool { return h.policy == p })
		if before != nil && !pinned {
			return fmt.Errorf("policy %s can never match: policy %s before it has no selector and matches everybody; "+
				"put it in front, give policy %s a selector such as for or by, or name it in a site", p.Name(), before.Name(), before.Name())
		}
		if before == nil && !p.Selective() {
			before = p
		}
		if clusters != nil && !pinned && !p.Selects("cluster", clusters) {
			a.logger.Warn(fmt.Sprintf("policy %s matches no site: none has a cluster that it selects; there are %s", p.Name(), strings.Join(clusters, ", ")))
		}
		if p.SelectsActor() && !pinned && len(a.sites) > 0 && !slices.ContainsFunc(a.sites, (*Handler).knowsActors) {
			return fmt.Errorf("policy %s can never match: it has by or by_role, and no site knows who is asking "+
				"(identify off, or the dialect huawei_css); switch identify on, or select by for, cluster or operation", p.Name())
		}
	}
	return nil
}

// clusters are the clusters' names; nil if a site goes by its address, which is
// known with its first request.
func (a *App) clusters() (names []string) {
	for _, h := range a.sites {
		if h.Cluster == "" {
			return nil
		}
		names = append(names, h.Cluster)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
