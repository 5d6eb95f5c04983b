package mx.difusor.agent.intake;

import com.jcraft.jsch.ChannelSubsystem;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** SFTP of version 3 by hand. */
final class Wire implements AutoCloseable {
    static final int REMOVE = 13;
    static final int OPENDIR = 11;
    static final int REALPATH = 16;
    static final int STAT = 17;
    static final int STATUS = 101;
    static final int HANDLE = 102;
    static final int ATTRS = 105;

    private final Session session;
    private final ChannelSubsystem channel;
    private final DataOutputStream out;
    private final DataInputStream in;
    final Map<String, String> announced;
    int status;
    String text = "";

    Wire(Session session) throws JSchException, IOException {
        this.session = session;
        channel = (ChannelSubsystem) session.openChannel("subsystem");
        channel.setSubsystem("sftp");
        out = new DataOutputStream(new BufferedOutputStream(channel.getOutputStream(), 16_384));
        in = new DataInputStream(channel.getInputStream());
        channel.connect(30_000);
        out.writeInt(5);
        out.writeByte(1);
        out.writeInt(3);
        out.flush();
        announced = extensions(ByteBuffer.wrap(in.readNBytes(in.readInt())));
    }

    /** After the packet's type and the version come pairs of strings, a name and its data. */
    private static Map<String, String> extensions(ByteBuffer version) {
        version.position(5);
        Map<String, String> extensions = new TreeMap<>();
        while (version.hasRemaining()) {
            extensions.put(string(version), string(version));
        }
        return extensions;
    }

    private static String string(ByteBuffer packet) {
        byte[] bytes = new byte[packet.getInt()];
        packet.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    void send(int type, String path) throws IOException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        out.writeInt(9 + bytes.length);
        out.writeByte(type);
        out.writeInt(7);
        out.writeInt(bytes.length);
        out.write(bytes);
        out.flush();
    }

    int ask(int type, String path) throws IOException {
        send(type, path);
        byte[] answer = in.readNBytes(in.readInt());
        ByteBuffer buffer = ByteBuffer.wrap(answer);
        int kind = buffer.get();
        if (kind == STATUS) {
            buffer.getInt();
            status = buffer.getInt();
            text = string(buffer);
        }
        return kind;
    }

    void announce(int length) throws IOException {
        out.writeInt(length);
        out.write(new byte[64]);
        out.flush();
    }

    /** More than may wait, and less than the channel's window. */
    void flood() {
        try {
            for (int i = 0; i < 2 * InstituteSftp.MAX_PENDING_REQUESTS; i++) {
                out.writeInt(10);
                out.writeByte(STAT);
                out.writeInt(i);
                out.writeInt(1);
                out.writeByte('/');
            }
            out.flush();
        } catch (IOException e) {
            // It was cut off meanwhile.
        }
    }

    boolean isOver() {
        return channel.isClosed();
    }

    @Override
    public void close() {
        session.disconnect();
    }
}
