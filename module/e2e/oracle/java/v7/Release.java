// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Supplier;

import org.elasticsearch.common.bytes.BytesReference;
import org.elasticsearch.common.path.PathTrie;
import org.elasticsearch.common.settings.SecureString;
import org.elasticsearch.rest.RestUtils;
import org.elasticsearch.xcontent.XContentType;
import org.elasticsearch.xpack.core.security.action.user.ChangePasswordRequestBuilder;
import org.elasticsearch.xpack.core.security.action.user.PutUserRequestBuilder;
import org.elasticsearch.xpack.core.security.authc.support.Hasher;

/**
 * Elasticsearch 7.17. Both request builders are the published ones; they are watched while they take
 * the secret, and told not to hash it. With no hashing configured they take any text for a hash, which
 * is more than a cluster would.
 */
final class Release {
    static final String[] APIS = {"/_security", "/_xpack/security"};

    static final XContentType JSON = XContentType.JSON;

    static void prepare() {}

    static void changePassword(BytesReference body, XContentType type, Answer answer) throws IOException {
        new ChangePasswordRequestBuilder(null) {
            @Override
            public ChangePasswordRequestBuilder password(char[] password, Hasher hasher) {
                answer.add(Answer.PASSWORD, new String(password));
                return super.password(password, hasher);
            }

            @Override
            public ChangePasswordRequestBuilder passwordHash(char[] hash, Hasher hasher) {
                answer.add(Answer.HASH, new String(hash));
                return super.passwordHash(hash, hasher);
            }
        }.source(body, type, Hasher.NOOP);
    }

    static void putUser(String name, BytesReference body, XContentType type, Answer answer) throws IOException {
        PutUserRequestBuilder builder = new PutUserRequestBuilder(null) {
            @Override
            public PutUserRequestBuilder password(char[] password, Hasher hasher) {
                answer.add(Answer.PASSWORD, new String(password));
                return super.password(password, hasher);
            }

            @Override
            public PutUserRequestBuilder password(SecureString password, Hasher hasher) {
                answer.add(Answer.PASSWORD, password.toString());
                return super.password(password, hasher);
            }

            @Override
            public PutUserRequestBuilder passwordHash(char[] hash, Hasher hasher) {
                answer.add(Answer.HASH, new String(hash));
                return super.passwordHash(hash, hasher);
            }
        };
        builder.source(name, body, type, Hasher.NOOP);
        answer.add(Answer.TARGET, builder.request().username());
        if (builder.request().fullName() != null) {
            answer.add(Answer.FULL_NAME, builder.request().fullName());
        }
        if (builder.request().email() != null) {
            answer.add(Answer.EMAIL, builder.request().email());
        }
    }

    static String rawPath(String uri) {
        int end = uri.indexOf('?');
        return end < 0 ? uri : uri.substring(0, end);
    }

    static Map<String, String> parameters(String uri) {
        Map<String, String> parameters = new HashMap<>();
        int query = uri.indexOf('?');
        if (query >= 0) {
            RestUtils.decodeQueryString(uri, query + 1, parameters);
        }
        return parameters;
    }

    static <T> Iterator<T> retrieve(PathTrie<T> trie, String path, Supplier<Map<String, String>> parameters) {
        return trie.retrieveAll(path, parameters);
    }
}
