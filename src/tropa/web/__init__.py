"""The page shell: layout, components, design tokens, typography, and the front end that every room shares."""
