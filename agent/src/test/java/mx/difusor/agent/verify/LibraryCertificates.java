package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Issues certificates and revocation lists in process, quickly and by any rule or none, into a folder from which
 * {@link LibraryCms} signs.
 */
final class LibraryCertificates {

    static final Instant MADE = Instant.parse("2024-01-01T00:00:00Z");
    static final Instant ENDS = MADE.plus(Duration.ofDays(365));

    private static final Provider PROVIDER = new BouncyCastleProvider();

    final Path folder;
    private final Map<String, KeyPair> keys = new HashMap<>();
    private final Map<String, X509CertificateHolder> certificates = new HashMap<>();
    private long serial = 16;

    LibraryCertificates(Path folder) {
        this.folder = folder;
    }

    static KeyPair key(String algorithm, Object size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, PROVIDER);
            if (size instanceof Integer bits) {
                generator.initialize(bits);
            } else {
                generator.initialize(new ECGenParameterSpec(size.toString()));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** What a certificate says; by default a signer's, on a new P-256 key. */
    static final class Terms {
        private final ExtensionsGenerator extensions = new ExtensionsGenerator();
        private @Nullable String subject;
        private @Nullable KeyPair keys;
        private Instant from = MADE;
        private Instant until = ENDS;
        private String algorithm = "SHA256withECDSA";
        private @Nullable BigInteger serial;

        /** Without any extension. */
        static Terms bare() {
            return new Terms();
        }

        static Terms leaf() {
            return bare().with(Extension.basicConstraints, true, new BasicConstraints(false))
                    .usage(KeyUsage.digitalSignature);
        }

        static Terms ca() {
            return bare().with(Extension.basicConstraints, true, new BasicConstraints(true))
                    .usage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
        }

        /** The same authority with at most so many below it. */
        static Terms ca(int length) {
            return bare().with(Extension.basicConstraints, true, new BasicConstraints(length))
                    .usage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
        }

        Terms usage(int usage) {
            return with(Extension.keyUsage, true, new KeyUsage(usage));
        }

        Terms with(ASN1ObjectIdentifier extension, boolean critical, ASN1Encodable value) {
            try {
                if (extensions.hasExtension(extension)) {
                    extensions.replaceExtension(extension, critical, value);
                } else {
                    extensions.addExtension(extension, critical, value);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return this;
        }

        Terms subject(String name) {
            subject = name;
            return this;
        }

        Terms on(KeyPair pair) {
            keys = pair;
            return this;
        }

        Terms valid(Instant notBefore, Instant notAfter) {
            from = notBefore;
            until = notAfter;
            return this;
        }

        /** Instead of the next one. */
        Terms serial(long number) {
            serial = BigInteger.valueOf(number);
            return this;
        }

        /** What its issuer signs it with. */
        Terms algorithm(String name) {
            algorithm = name;
            return this;
        }
    }

    Path pem(String name) {
        return folder.resolve(name + ".pem");
    }

    X509CertificateHolder certificate(String name) {
        return Objects.requireNonNull(certificates.get(name), name);
    }

    KeyPair keys(String name) {
        return Objects.requireNonNull(keys.get(name), name);
    }

    void selfSigned(String name, Terms terms) {
        issue(name, name, terms);
    }

    /** @param issuer may be the certificate itself */
    void issue(String name, String issuer, Terms terms) {
        KeyPair pair = terms.keys == null ? key("EC", "secp256r1") : terms.keys;
        keys.put(name, pair);
        X500Name subject = new X500Name(terms.subject == null ? "C=MX,O=IEE,CN=" + name : terms.subject);
        X500Name by = issuer.equals(name) ? subject : certificate(issuer).getSubject();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                by,
                terms.serial == null ? BigInteger.valueOf(serial++) : terms.serial,
                Date.from(terms.from),
                Date.from(terms.until),
                subject,
                pair.getPublic());
        try {
            if (!terms.extensions.isEmpty()) {
                Extensions extensions = terms.extensions.generate();
                for (ASN1ObjectIdentifier oid : extensions.getExtensionOIDs()) {
                    builder.addExtension(extensions.getExtension(oid));
                }
            }
            X509CertificateHolder certificate = builder.build(signer(terms.algorithm, issuer));
            certificates.put(name, certificate);
            write(pem(name), certificate);
            write(folder.resolve(name + ".key"), new JcaPKCS8Generator(pair.getPrivate(), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ContentSigner signer(String algorithm, String name) {
        try {
            return new JcaContentSignerBuilder(algorithm)
                    .setProvider(PROVIDER)
                    .build(keys(name).getPrivate());
        } catch (OperatorCreationException e) {
            throw new AssertionError(e);
        }
    }

    private static void write(Path file, Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter out = new JcaPEMWriter(text)) {
            out.writeObject(object);
        }
        Files.writeString(file, text.toString());
    }

    /** A revocation list in the making; no entries by default, current for thirty days. */
    final class Revocations {
        private final String issuer;
        private final X509v2CRLBuilder builder;
        private @Nullable Instant nextUpdate;
        private String algorithm = "SHA256withECDSA";

        Revocations(String issuer, Instant made) {
            this.issuer = issuer;
            this.builder = new X509v2CRLBuilder(certificate(issuer).getSubject(), Date.from(made));
            this.nextUpdate = made.plus(Duration.ofDays(30));
        }

        /** @param reason of {@link CRLReason}; 0 where none is given */
        Revocations entry(String name, Instant when, int reason) {
            BigInteger number = certificate(name).getSerialNumber();
            // The library leaves the reason out where it is 0.
            builder.addCRLEntry(number, Date.from(when), reason);
            return this;
        }

        Revocations with(ASN1ObjectIdentifier extension, boolean critical, ASN1Encodable value) {
            try {
                builder.addExtension(extension, critical, value);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return this;
        }

        /** @param when null where it does not say */
        Revocations nextUpdate(@Nullable Instant when) {
            nextUpdate = when;
            return this;
        }

        Revocations algorithm(String name) {
            algorithm = name;
            return this;
        }

        Path write(String file) {
            try {
                Instant next = nextUpdate;
                if (next != null) {
                    builder.setNextUpdate(Date.from(next));
                }
                Path path = folder.resolve(file);
                LibraryCertificates.write(path, builder.build(signer(algorithm, issuer)));
                return path;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
