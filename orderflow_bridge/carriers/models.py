"""The shipping map's rows. No website means every website that has no row of its own."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from orderflow_bridge.carriers.links import validate_link
from orderflow_bridge.carriers.terms import courier_term, method_term
from orderflow_bridge.common.translation import gettext_lazy, name_model
from orderflow_bridge.stores.models import Website

_SATURDAY = 5
_MOST_DAYS = 365
_LONGEST_TERM = 450


class MapRow(models.Model):
    """What both ways have in common: the scope, and the term by which a row is found."""

    website = models.ForeignKey(
        Website, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    term = models.CharField(max_length=_LONGEST_TERM, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the term with what it is made of."""
        self.term = self.term_now()
        super().save(*args, **kwargs)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Refuse also what is too long in the form in which it is compared."""
        super().clean_fields(exclude)
        if not self.term_now():
            raise ValidationError(_("A name of blanks is no name."), code="blank")
        if len(self.term_now()) > _LONGEST_TERM:
            raise ValidationError(_("These names are too long."), code="too_long")

    def clean(self) -> None:
        """Refuse a second row for the same term in the same scope, by name."""
        super().clean()
        self.term = self.term_now()
        others = type(self)._default_manager.exclude(pk=self.pk)
        if others.filter(website=self.website, term=self.term).exists():
            already = _("There is a row for this already, for all websites.")
            if self.website:
                already = _("There is a row for this already, for %(website)s.") % {
                    "website": self.website.name
                }
            raise ValidationError(already, code="twice")

    def term_now(self) -> str:
        """Return the term of the values as they are."""
        raise NotImplementedError


class MappedCourier(MapRow):
    """OrderFlow's courier and service of a despatch → the shop's carrier, title and link."""

    courier = models.CharField(
        max_length=100,
        help_text=gettext_lazy("As OrderFlow sends it; capitals and blanks do not matter."),
    )
    service = models.CharField(
        max_length=100,
        blank=True,
        default="",
        help_text=gettext_lazy("Empty: every service of the courier that has no row of its own."),
    )
    carrier_code = models.CharField(
        max_length=32,
        default="custom",
        validators=[
            RegexValidator(
                r"^[A-Za-z][A-Za-z0-9_]*\Z", gettext_lazy("Use letters, digits and underscores.")
            )
        ],
        help_text=gettext_lazy("The shop's carrier, as Magento names it: dpd, ups, custom."),
    )
    title = models.CharField(
        max_length=255,
        blank=True,
        default="",
        help_text=gettext_lazy(
            "What the customer reads. {courier} and {service} stand for OrderFlow's words. Empty:"
            " courier and service as OrderFlow sends them."
        ),
    )
    link = models.CharField(
        gettext_lazy("tracking link"),
        max_length=500,
        blank=True,
        default="",
        validators=[validate_link],
        help_text=gettext_lazy(
            "A web address with {number} for the tracking number; {order} is the order's number."
            " Empty: no link."
        ),
    )

    class Meta:
        ordering = ("courier", "service", "website")
        verbose_name = "courier"
        constraints = (
            # NULLs differ from one another in a plain unique index.
            models.UniqueConstraint(
                "term", Coalesce("website", 0), name="carriers_one_row_per_courier"
            ),
        )

    def __str__(self) -> str:
        return f"{self.courier} {self.service or 'every service'}"

    def term_now(self) -> str:
        """Return courier and service in one form."""
        return courier_term(self.courier, self.service)


class MappedMethod(MapRow):
    """The shop's shipping method → how OrderFlow is to deliver: suggestion, priority, dates."""

    method = models.CharField(
        max_length=120,
        help_text=gettext_lazy(
            "The method's code, flatrate_flatrate; with * at its end all that begin so."
        ),
    )
    suggestion_code = models.CharField(
        gettext_lazy("delivery suggestion code"),
        max_length=100,
        blank=True,
        default="",
        help_text=gettext_lazy("Empty: the method's code."),
    )
    suggestion_name = models.CharField(
        gettext_lazy("delivery suggestion name"),
        max_length=255,
        blank=True,
        default="",
        help_text=gettext_lazy("Empty: the method's name, as the customer read it."),
    )
    courier = models.CharField(max_length=100, blank=True, default="")
    priority = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text=gettext_lazy("OrderFlow's number. Empty: OrderFlow decides."),
    )
    priority_name = models.CharField(max_length=100, blank=True, default="")
    ship_days = models.PositiveSmallIntegerField(
        gettext_lazy("earliest ship date"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(_MOST_DAYS)],
        help_text=gettext_lazy(
            "Days after the purchase date; 0 is the same day. Empty: no date is sent."
        ),
    )
    delivery_days = models.PositiveSmallIntegerField(
        gettext_lazy("required delivery date"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(_MOST_DAYS)],
        help_text=gettext_lazy("Days after the purchase date. Empty: no date is sent."),
    )
    is_working_days = models.BooleanField(
        gettext_lazy("working days"),
        default=False,
        help_text=gettext_lazy("Count Monday to Friday only."),
    )

    class Meta:
        ordering = ("method", "website")
        verbose_name = gettext_lazy("shipping method")
        constraints = (
            models.UniqueConstraint(
                "term", Coalesce("website", 0), name="carriers_one_row_per_method"
            ),
        )

    def __str__(self) -> str:
        return self.method

    def term_now(self) -> str:
        """Return the method's code in one form."""
        return method_term(self.method)

    def date_after(self, day: date, days: int | None) -> str | None:
        """Return the date that many days later as OrderFlow takes it; None without a number."""
        if days is None:
            return None
        if not self.is_working_days:
            return f"{day + timedelta(days=days):%Y-%m-%d}T00:00:00"
        while days or day.weekday() >= _SATURDAY:
            day += timedelta(days=1)
            days -= day.weekday() < _SATURDAY and days > 0
        return f"{day:%Y-%m-%d}T00:00:00"


name_model(
    MappedCourier,
    many=gettext_lazy("couriers"),
    website=gettext_lazy("website"),
    courier=gettext_lazy("courier"),
    service=gettext_lazy("service"),
    carrier_code=gettext_lazy("carrier code"),
    title=gettext_lazy("title"),
)
name_model(
    MappedMethod,
    many=gettext_lazy("shipping methods"),
    website=gettext_lazy("website"),
    method=gettext_lazy("method"),
    courier=gettext_lazy("courier"),
    priority=gettext_lazy("priority"),
    priority_name=gettext_lazy("priority name"),
)
