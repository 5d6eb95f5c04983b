package mx.difusor.agent.verify;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What tools hash in place of a file's bytes when they take it for text. A signature that fits one of these was made
 * without {@code -binary}.
 */
final class TextForms implements ByteSink {

    static final int COUNT = 2;

    private final OpensslText openssl;
    private final MimeText mime;

    TextForms(Set<StrongHash> hashes) {
        openssl = new OpensslText(hashes);
        mime = new MimeText(hashes);
    }

    @Override
    public void take(byte[] buffer, int length) {
        openssl.take(buffer, length);
        mime.take(buffer, length);
    }

    /** Per text form its digests. Ends the computation. */
    List<Map<StrongHash, byte[]>> finish() {
        List<Map<StrongHash, byte[]>> forms = new ArrayList<>();
        openssl.flush();
        forms.add(openssl.digests());
        forms.add(mime.digests());
        return forms;
    }

    /** Feeds canonical text to every digest. */
    private abstract static class Text implements ByteSink {
        private final Map<StrongHash, MessageDigest> running = new EnumMap<>(StrongHash.class);

        Text(Set<StrongHash> hashes) {
            hashes.forEach(hash -> running.put(hash, hash.start()));
        }

        void emit(byte[] bytes, int length) {
            running.values().forEach(digest -> digest.update(bytes, 0, length));
        }

        void emitLineEnd() {
            emit(LINE_END, LINE_END.length);
        }

        Map<StrongHash, byte[]> digests() {
            Map<StrongHash, byte[]> digests = new EnumMap<>(StrongHash.class);
            running.forEach((hash, digest) -> digests.put(hash, digest.digest()));
            return digests;
        }

        private static final byte[] LINE_END = {'\r', '\n'};
    }

    /** RFC 8551, 3.1.1: every line ends with CR LF. */
    private static final class MimeText extends Text {
        private boolean afterCarriageReturn;
        private byte[] out = new byte[0];

        MimeText(Set<StrongHash> hashes) {
            super(hashes);
        }

        @Override
        public void take(byte[] buffer, int length) {
            if (out.length < 2 * length) {
                out = new byte[2 * length];
            }
            int filled = 0;
            for (int i = 0; i < length; i++) {
                if (buffer[i] == '\n' && !afterCarriageReturn) {
                    out[filled++] = '\r';
                }
                out[filled++] = buffer[i];
                afterCarriageReturn = buffer[i] == '\r';
            }
            emit(out, filled);
        }
    }

    /**
     * What OpenSSL's {@code SMIME_crlf_copy} makes of a file: pieces of at most 1,023 bytes or up to a line's end, each
     * cut at its first NUL and stripped of line ends, then CR LF where there was one; a piece that begins with a NUL
     * ends the whole.
     */
    private static final class OpensslText extends Text {
        private static final int PIECE_BYTES = 1023;

        private final byte[] piece = new byte[PIECE_BYTES];
        private int filled;
        private boolean ended;

        OpensslText(Set<StrongHash> hashes) {
            super(hashes);
        }

        @Override
        public void take(byte[] buffer, int length) {
            for (int i = 0; i < length && !ended; i++) {
                piece[filled++] = buffer[i];
                if (buffer[i] == '\n' || filled == PIECE_BYTES) {
                    flush();
                }
            }
        }

        /** Ends a piece: at its line's end, when it is full, or with the file. */
        private void flush() {
            int length = 0;
            while (length < filled && piece[length] != 0) {
                length++;
            }
            filled = 0;
            if (length == 0) {
                ended = true;
                return;
            }
            boolean lineEnd = false;
            while (length > 0 && (piece[length - 1] == '\n' || piece[length - 1] == '\r')) {
                lineEnd |= piece[length - 1] == '\n';
                length--;
            }
            emit(piece, length);
            if (lineEnd) {
                emitLineEnd();
            }
        }
    }
}
