// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.elasticsearch.client.node.NodeClient;
import org.elasticsearch.common.network.NetworkService;
import org.elasticsearch.common.settings.ClusterSettings;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.util.BigArrays;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.http.netty4.Netty4HttpServerTransport;
import org.elasticsearch.indices.breaker.NoneCircuitBreakerService;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.BytesRestResponse;
import org.elasticsearch.rest.RestController;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.SharedGroupFactory;
import org.elasticsearch.usage.UsageService;
import org.elasticsearch.xcontent.NamedXContentRegistry;

/** The REST layer of Elasticsearch 7.17. */
final class Layer {
    /** What is left to do once there is a channel to answer on. */
    interface Then {
        void run() throws IOException;
    }

    interface Reader {
        Then read(RestRequest request) throws IOException;
    }

    static final class Handler extends BaseRestHandler {
        private final List<Route> routes = new ArrayList<>();
        private final Reader reader;
        private final String name;

        Handler(Set<String> methods, List<String> paths, boolean body, Reader reader) {
            for (String method : methods) {
                for (String path : paths) {
                    routes.add(new Route(RestRequest.Method.valueOf(method), path));
                }
            }
            this.reader = reader;
            this.name = paths.get(0).replace('/', '_') + methods;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public List<Route> routes() {
            return routes;
        }

        @Override
        protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
            Then then = reader.read(request);
            return channel -> {
                then.run();
                channel.sendResponse(new BytesRestResponse(RestStatus.OK, "application/json", "{}"));
            };
        }
    }

    static HttpServerTransport start(List<Handler> handlers) {
        Settings settings = Settings.builder()
            .put("node.name", "oracle")
            .put("http.host", "127.0.0.1")
            .put("http.port", "0")
            .put("node.processors", 2)
            .build();
        ThreadPool pool = new ThreadPool(settings);
        RestController controller = new RestController(
            null, new NodeClient(settings, pool), new NoneCircuitBreakerService(), new UsageService());
        handlers.forEach(controller::registerHandler);
        HttpServerTransport transport = new Netty4HttpServerTransport(
            settings, new NetworkService(List.of()), BigArrays.NON_RECYCLING_INSTANCE, pool, NamedXContentRegistry.EMPTY, controller,
            new ClusterSettings(settings, ClusterSettings.BUILT_IN_CLUSTER_SETTINGS), new SharedGroupFactory(settings),
            (request, channel, listener) -> listener.onResponse(null)); // as the security plugin: headers first
        transport.start();
        return transport;
    }

    private Layer() {}
}
