/** Every sync, atomic move, link, delete and free-space call; the seam where tests inject faults. */
@NullMarked
package mx.difusor.agent.disk;

import org.jspecify.annotations.NullMarked;
