package mx.difusor.agent.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.common.BuiltinFactory;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.KexFactoryManager;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;

/**
 * What is spoken, in the server's order: post-quantum key exchange first; nothing with SHA-1, CBC, NIST's curves,
 * finite fields (their exponents cost a server far more than an attacker) or compression. ChaCha20 is left out: MINA's
 * is slow, OpenSSH would choose it first, and every client here knows AES.
 *
 * <p>What is offered depends on the client's identification string and on its own proposal: the server sends its
 * proposal after those ({@link LateProposal}). So what a few old clients need is not offered to anybody else, and who
 * knows AES-GCM is offered nothing slower: OpenSSH would choose AES-CTR.
 */
record Algorithms(List<BuiltinDHFactories> keyExchanges, List<BuiltinCiphers> ciphers, List<BuiltinMacs> macs) {

    private static final Algorithms BEST = new Algorithms(
            List.of(
                    BuiltinDHFactories.mlkem768x25519,
                    BuiltinDHFactories.sntrup761x25519,
                    BuiltinDHFactories.sntrup761x25519_openssh,
                    BuiltinDHFactories.curve25519,
                    BuiltinDHFactories.curve25519_libssh),
            List.of(
                    BuiltinCiphers.aes128gcm,
                    BuiltinCiphers.aes256gcm,
                    BuiltinCiphers.aes128ctr,
                    BuiltinCiphers.aes192ctr,
                    BuiltinCiphers.aes256ctr),
            List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm));

    /** Encrypt-and-MAC: sound with AES-CTR, and no longer what one would design. */
    private static final List<BuiltinMacs> OLD_MACS = List.of(BuiltinMacs.hmacsha256, BuiltinMacs.hmacsha512);

    /** Of a host key, here Ed25519 alone, and of the uploaders' keys. */
    private static final List<BuiltinSignatures> SIGNATURES = List.of(
            BuiltinSignatures.ed25519,
            BuiltinSignatures.nistp256,
            BuiltinSignatures.nistp384,
            BuiltinSignatures.nistp521,
            BuiltinSignatures.sk_ssh_ed25519,
            BuiltinSignatures.sk_ecdsa_sha2_nistp256,
            BuiltinSignatures.rsaSHA512,
            BuiltinSignatures.rsaSHA256);

    private static final String GCM = "-gcm@openssh.com";

    private static final Pattern OPENSSH = Pattern.compile("SSH-2\\.0-OpenSSH_(\\d{1,3})\\..*");
    private static final int OPENSSH_WITH_SNTRUP = 9;

    /** curl's on Debian 12. libssh2 knows AES-GCM and encrypt-then-MAC from 1.11 on. */
    private static final Pattern OLD_LIBSSH2 = Pattern.compile("SSH-2\\.0-libssh2_1\\.(\\d|10)\\..*");

    Algorithms {
        keyExchanges = List.copyOf(keyExchanges);
        ciphers = List.copyOf(ciphers);
        macs = List.copyOf(macs);
    }

    /** @param identification the client's, as RFC 4253, section 4.2, has it: {@code SSH-2.0-OpenSSH_9.2p1 Debian} */
    static Algorithms offeredTo(String identification) {
        if (OLD_LIBSSH2.matcher(identification).matches()) {
            List<BuiltinMacs> macs = new ArrayList<>(BEST.macs);
            macs.addAll(OLD_MACS);
            return new Algorithms(BEST.keyExchanges, BEST.ciphers, macs);
        }
        Matcher openSsh = OPENSSH.matcher(identification);
        if (openSsh.matches() && Integer.parseInt(openSsh.group(1)) < OPENSSH_WITH_SNTRUP) {
            // Until OpenSSH 9 it was an experiment that no client asked for by itself, and auditors mark it as one.
            return new Algorithms(
                    BEST.keyExchanges.stream()
                            .filter(one -> one != BuiltinDHFactories.sntrup761x25519_openssh)
                            .toList(),
                    BEST.ciphers,
                    BEST.macs);
        }
        return BEST;
    }

    /**
     * Of these ciphers only AES-GCM, where the client lists one of that kind in both directions; else all.
     *
     * @param toServer the names in the client's proposal, with commas between them, of what it sends
     * @param toClient the same of what it receives
     */
    static List<NamedFactory<Cipher>> suited(List<NamedFactory<Cipher>> ciphers, String toServer, String toClient) {
        Set<String> sends = Set.copyOf(List.of(toServer.split(",")));
        Set<String> receives = Set.copyOf(List.of(toClient.split(",")));
        List<NamedFactory<Cipher>> fast = ciphers.stream()
                .filter(cipher -> cipher.getName().endsWith(GCM))
                .toList();
        boolean known = fast.stream().anyMatch(cipher -> sends.contains(cipher.getName()))
                && fast.stream().anyMatch(cipher -> receives.contains(cipher.getName()));
        return known ? fast : ciphers;
    }

    static void applyTo(SshServer server) {
        BEST.applyTo((KexFactoryManager) server);
        server.setSignatureFactories(BuiltinFactory.setUpFactories(true, SIGNATURES));
        server.setCompressionFactories(List.of(BuiltinCompressions.none));
        server.addSessionListener(new ByClient());
        server.setSessionFactory(LateProposal.factory(server));
    }

    private void applyTo(KexFactoryManager one) {
        one.setKeyExchangeFactories(NamedFactory.setUpTransformedFactories(true, keyExchanges, ServerBuilder.DH2KEX));
        one.setCipherFactories(BuiltinFactory.setUpFactories(true, ciphers));
        one.setMacFactories(BuiltinFactory.setUpFactories(true, macs));
    }

    private static final class ByClient implements SessionListener {
        @Override
        public void sessionPeerIdentificationReceived(Session session, String version, List<String> extraLines) {
            offeredTo(version).applyTo(session);
        }
    }
}
