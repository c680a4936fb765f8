"""The company's dictionary of tags; an issue holds the ids of its own."""

from django.db import models


class TagColour(models.TextChoices):
    BLUE = "blue", "蓝"
    CYAN = "cyan", "青"
    GREEN = "green", "绿"
    GOLD = "gold", "金"
    ORANGE = "orange", "橙"
    RED = "red", "红"
    PURPLE = "purple", "紫"
    GREY = "grey", "灰"


class Tag(models.Model):
    """A word that issues are marked with. One that is no longer in use stays on the issues that have it."""

    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40, blank=True)
    colour = models.CharField(max_length=8, choices=TagColour.choices, default=TagColour.BLUE)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="tag_name_once")]
