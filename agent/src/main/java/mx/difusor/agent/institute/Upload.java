package mx.difusor.agent.institute;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.extensions.openssh.OpenSSHPosixRenameExtension;
import org.apache.sshd.sftp.client.impl.SftpOutputStreamAsync;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;

/**
 * The files of some packages on their way into {@code /entrada}, over as many connections as it takes. Each goes up as
 * {@code NAME.part} and is renamed when whole; what a broken connection left behind is continued, not sent again.
 */
final class Upload {

    private static final String FOLDER = "/entrada/";
    private static final int CHUNK_BYTES = 32 * 1024;

    private final List<Path> files;
    private final SendProgress progress;
    private final Set<Path> begun = new HashSet<>();
    private final Set<Path> done = new HashSet<>();
    private long sent;

    Upload(List<Parcel> parcels, SendProgress progress) {
        this.files = parcels.stream().flatMap(parcel -> parcel.files().stream()).toList();
        this.progress = progress;
    }

    boolean begun() {
        return !begun.isEmpty();
    }

    boolean done() {
        return done.size() == files.size();
    }

    /** Sends what is not there yet. */
    void run(SftpClient sftp) throws IOException {
        if (begun.isEmpty()) {
            long total = 0;
            for (Path file : files) {
                total += Files.size(file);
            }
            progress.begins(total);
        }
        sent = 0;
        for (Path file : files) {
            if (done.contains(file)) {
                sent += Files.size(file);
            } else {
                send(sftp, file);
                done.add(file);
            }
        }
    }

    private void send(SftpClient sftp, Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        String part = FOLDER + name + ".part";
        progress.sends(name);
        // A part that another run left may be of another file of the same name: only our own is continued.
        long offset = begun.contains(file) ? partSize(sftp, part, Files.size(file)) : 0;
        EnumSet<SftpClient.OpenMode> modes = EnumSet.of(SftpClient.OpenMode.Write, SftpClient.OpenMode.Create);
        if (offset == 0) {
            modes.add(SftpClient.OpenMode.Truncate);
        }
        begun.add(file);
        sent += offset;
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = sftp.write(part, CHUNK_BYTES, modes)) {
            in.skipNBytes(offset);
            if (out instanceof SftpOutputStreamAsync pipelined) {
                pipelined.setOffset(offset);
            }
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                out.write(chunk, 0, n);
                sent += n;
                progress.sent(sent);
            }
        }
        rename(sftp, part, FOLDER + name);
    }

    private static long partSize(SftpClient sftp, String part, long whole) throws IOException {
        try {
            long size = sftp.stat(part).getSize();
            return size <= whole ? size : 0;
        } catch (SftpException e) {
            if (e.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE) {
                return 0;
            }
            throw e;
        }
    }

    /** Over what may stand there from an earlier package of the same name. */
    private static void rename(SftpClient sftp, String from, String to) throws IOException {
        OpenSSHPosixRenameExtension posix = sftp.getExtension(OpenSSHPosixRenameExtension.class);
        if (posix != null && posix.isSupported()) {
            posix.posixRename(from, to);
        } else if (sftp.getVersion() >= SftpConstants.SFTP_V5) {
            sftp.rename(from, to, SftpClient.CopyMode.Overwrite);
        } else {
            sftp.rename(from, to);
        }
    }
}
