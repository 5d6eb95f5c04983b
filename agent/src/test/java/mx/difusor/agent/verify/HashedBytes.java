package mx.difusor.agent.verify;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.List;

/** Counts the bytes that the JDK hashes on this thread, with the hashes that signatures may be made with. */
final class HashedBytes implements AutoCloseable {

    private static final ThreadLocal<Long> COUNT = ThreadLocal.withInitial(() -> 0L);

    private final Meter meter = new Meter();

    HashedBytes() {
        Security.insertProviderAt(meter, 1);
        COUNT.set(0L);
    }

    long count() {
        return COUNT.get();
    }

    @Override
    public void close() {
        Security.removeProvider(meter.getName());
        COUNT.remove();
    }

    private static final class Meter extends Provider {
        private static final long serialVersionUID = 1;

        Meter() {
            super("HashedBytes", "1", "counts");
            for (StrongHash hash : StrongHash.values()) {
                MessageDigest real = hash.start();
                putService(
                        new Service(
                                this,
                                "MessageDigest",
                                real.getAlgorithm(),
                                Counting.class.getName(),
                                List.of(real.getAlgorithm().replace("SHA-", "SHA")),
                                null) {
                            @Override
                            public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                                return new Counting(MessageDigest.getInstance(real.getAlgorithm(), real.getProvider()));
                            }
                        });
            }
        }
    }

    private static final class Counting extends MessageDigestSpi implements Cloneable {
        private MessageDigest real;

        Counting(MessageDigest real) {
            this.real = real;
        }

        private static void add(int bytes) {
            COUNT.set(COUNT.get() + bytes);
        }

        @Override
        protected int engineGetDigestLength() {
            return real.getDigestLength();
        }

        @Override
        protected void engineUpdate(byte input) {
            add(1);
            real.update(input);
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            add(length);
            real.update(input, offset, length);
        }

        @Override
        protected void engineUpdate(ByteBuffer input) {
            add(input.remaining());
            real.update(input);
        }

        @Override
        protected byte[] engineDigest() {
            return real.digest();
        }

        @Override
        protected void engineReset() {
            real.reset();
        }

        @Override
        public Object clone() throws CloneNotSupportedException {
            Counting copy = (Counting) super.clone();
            copy.real = (MessageDigest) real.clone();
            return copy;
        }
    }
}
