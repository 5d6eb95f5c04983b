/** Packages, receipts, index, budget, checking. The only user of SQLite. */
@NullMarked
package mx.difusor.agent.archive;

import org.jspecify.annotations.NullMarked;
