// SPDX-License-Identifier: Apache-2.0

package ship

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// A document's id is unique in one index only. When a data stream has rolled over
// since a record was sent, the engine would take it once more without a word: so
// what may have been sent before is looked for first.

// hits is what is needed of a search's answer.
type hits struct {
	Hits struct {
		Hits []struct {
			ID     string `json:"_id"`
			Source struct {
				Chain struct {
					Seq int64 `json:"seq"`
				} `json:"Chain"`
			} `json:"_source"`
		} `json:"hits"`
	} `json:"hits"`
}

// ownRefresh is when an engine shows to searches what it took, by itself
// (index.refresh_interval, 1 s by default), and some more.
const ownRefresh = 2 * time.Second

// refresh lets the next search find all that was sent. Where that isn't allowed,
// the engine is given the time to do so by itself.
func (s *shipment) refresh(ctx context.Context) error {
	status, _, _, err := s.o.Engine.Do(ctx, http.MethodPost, "/"+s.target.name+"/_refresh", "application/json", nil)
	switch {
	case err != nil:
		return &passing{err}
	case status == http.StatusTooManyRequests || status >= 500:
		return &passing{fmt.Errorf("refreshing what was shipped before: expected 200, got %d", status)}
	case status != http.StatusOK && status != http.StatusNotFound:
		return s.o.wait(ctx, ownRefresh)
	}
	return nil
}

// search asks the data stream. An engine that doesn't let us read, or has no such
// stream yet, tells of nothing.
func (s *shipment) search(ctx context.Context, query map[string]any) (found hits, err error) {
	if !s.fresh {
		if err := s.refresh(ctx); err != nil {
			return found, err
		}
		s.fresh = true
	}
	body, err := json.Marshal(query)
	if err != nil {
		return found, err
	}
	status, _, answer, err := s.o.Engine.Do(ctx, http.MethodPost, "/"+s.target.name+"/_search", "application/json", body)
	switch {
	case err != nil:
		return found, &passing{err}
	case status == http.StatusTooManyRequests || status >= 500:
		return found, &passing{fmt.Errorf("looking for what was shipped before: expected 200, got %d", status)}
	case status != http.StatusOK || json.Unmarshal(answer, &found) != nil:
		return hits{}, nil
	}
	return found, nil
}

// sentBefore finds the place up to which the engine has records of this trail,
// whatever the cursor says.
func (s *shipment) sentBefore(ctx context.Context) error {
	if !s.target.kind.Streams() {
		return nil // a record's own month names its index
	}
	for {
		newest, err := s.search(ctx, map[string]any{
			"size": 1, "_source": []string{"Chain.seq"}, "sort": []any{map[string]any{"Chain.seq": "desc"}},
			"query": map[string]any{"term": map[string]any{"Chain.log": s.cursor.Origin}},
		})
		if err == nil {
			for _, h := range newest.Hits.Hits {
				s.doubt = h.Source.Chain.Seq + 1
			}
			s.failed, s.pause = 0, 0
			return nil
		}
		if perr := s.patience(ctx, err, 0); perr != nil {
			return perr
		}
	}
}

// unsent leaves out of records those that the engine has already.
func (s *shipment) unsent(ctx context.Context, records []record) ([]record, error) {
	if !s.target.kind.Streams() || records[0].seq >= s.doubt {
		return records, nil
	}
	var ids []string
	for _, r := range records {
		ids = append(ids, eventID(r.line))
	}
	there, err := s.search(ctx, map[string]any{
		"size": len(ids), "_source": false, "query": map[string]any{"ids": map[string]any{"values": ids}},
	})
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool)
	for _, h := range there.Hits.Hits {
		known[h.ID] = true
	}
	var missing []record
	for i, r := range records {
		if !known[ids[i]] {
			missing = append(missing, r)
		}
	}
	return missing, nil
}
