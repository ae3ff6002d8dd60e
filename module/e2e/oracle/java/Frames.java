// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Questions and answers on standard input and output. Both are frames: four bytes of length, most
 * significant first, then that many bytes. A question's first byte says what it is about.
 *
 * <p>Answers are flushed only when no question is waiting, so that thousands of questions travel in
 * one go.
 */
final class Frames {
    /** A reader under test. What it throws means that it refuses the input. */
    interface Reader {
        void read(byte kind, byte[] payload, Answer answer) throws Exception;
    }

    static void serve(InputStream from, OutputStream to, Reader reader) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(from, 1 << 18);
        DataInputStream in = new DataInputStream(buffered);
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to, 1 << 18));
        Answer answer = new Answer();
        while (true) {
            if (buffered.available() == 0) {
                out.flush();
            }
            int length;
            try {
                length = in.readInt();
            } catch (EOFException end) {
                return;
            }
            byte kind = in.readByte();
            byte[] payload = new byte[length - 1];
            in.readFully(payload);
            answer.clear();
            try {
                reader.read(kind, payload, answer);
            } catch (Exception | StackOverflowError | AssertionError refused) {
                answer.refuse();
                if (DEBUG) {
                    System.err.println(refused);
                }
            }
            answer.writeTo(out);
        }
    }

    /** Says on standard error why something was refused; for looking into one input. */
    private static final boolean DEBUG = Boolean.getBoolean("passgate.debug");

    private Frames() {}
}
