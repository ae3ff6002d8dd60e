// SPDX-License-Identifier: Apache-2.0

import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What a reader understood: one byte, 1 for "understood" or 0 for "refused", then fields. A field is
 * a letter, the number of its UTF-16 units in four bytes, and these units. Java's own text form is
 * kept because it can hold what UTF-8 can't, such as half of a surrogate pair.
 */
final class Answer {
    static final char OPERATION = 'o';
    static final char TARGET = 't';
    static final char PASSWORD = 'p';
    static final char HASH = 'h';
    static final char CURRENT = 'c';
    static final char FULL_NAME = 'f';
    static final char EMAIL = 'e';
    static final char METHOD = 'm';
    static final char ID = 'i';
    static final char LOGIN = 'l';
    static final char RUN_AS = 'r';
    static final char PORT = 'n';

    private byte[] bytes = new byte[1 << 10];
    private int length;

    void clear() {
        length = 1;
        bytes[0] = 1;
    }

    void refuse() {
        length = 1;
        bytes[0] = 0;
    }

    void add(char field, CharSequence text) {
        int n = text.length();
        int need = length + 5 + 2 * n;
        if (need > bytes.length) {
            bytes = java.util.Arrays.copyOf(bytes, 2 * need);
        }
        bytes[length++] = (byte) field;
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (n >>> shift);
        }
        for (int i = 0; i < n; i++) {
            char c = text.charAt(i);
            bytes[length++] = (byte) (c >>> 8);
            bytes[length++] = (byte) c;
        }
    }

    void writeTo(DataOutputStream out) throws IOException {
        out.writeInt(length);
        out.write(bytes, 0, length);
    }
}
