/** The HTTP server, started on a free port of loopback, asked as its clients ask. */
@NullMarked
package mx.difusor.agent.status;

import org.jspecify.annotations.NullMarked;
