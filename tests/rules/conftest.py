"""A fake OrderFlow on loopback, and somebody who looks at the admin."""

from tests.exports.conftest import boss as boss
from tests.exports.conftest import orderflow as orderflow
